import type { OpenAPIHonoOptions } from '@hono/zod-openapi';
import type { Context, Env } from 'hono';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { issuesOf } from '../http/errors.ts';
import { NamedProblemSchema } from './schemas.ts';

/** Turns every failed check of a query, path or body into one problem that names all of them. */
export const refuseInvalid: NonNullable<OpenAPIHonoOptions<Env>['defaultHook']> = (result, c) => {
  if (result.success) return;
  const type = c.req.header('content-type') ?? 'no type';
  const unread = result.target === 'json' && !type.includes('json');
  const detail = unread
    ? `The body was not read, as it is sent as ${type}: nothing was done. Send it as application/json.`
    : `The ${result.target} of the request is not valid: nothing was done. Correct what errors names.`;
  throw new AppError('validation', detail, { issues: issuesOf(result.error) });
};

/** A body that may be left out, read whatever its type is said to be: a dry run is never missed. */
export async function optionalBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text.trim() === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError(
    'validation',
    'The body of the request is not valid: nothing was done. Correct what errors names.',
    { issues: issuesOf(parsed.error) },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const API_KEY_SECURITY = [{ api_key: [] }];

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: NamedProblemSchema } } };
}

/** What any route behind the API key may answer besides its own. */
export const COMMON_PROBLEMS = {
  401: problemResponse('No valid API key'),
  422: problemResponse('The request is not valid'),
  500: problemResponse('Our fault; nothing was confirmed'),
  503: problemResponse('A store cannot be read now; see Retry-After'),
} as const;

export const NOT_FOUND = { 404: problemResponse('Not found') } as const;
export const CONFLICT = { 409: problemResponse('Conflict with the present state') } as const;
export const TOO_LARGE = { 413: problemResponse('The body is too large') } as const;
