import type { OpenAPIHonoOptions } from '@hono/zod-openapi';
import type { Env } from 'hono';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { issuesOf } from '../http/errors.ts';
import { NamedProblemSchema } from './schemas.ts';

/** Turns every failed check of a query, path or body into one problem that names all of them. */
export const refuseInvalid: NonNullable<OpenAPIHonoOptions<Env>['defaultHook']> = (result) => {
  if (result.success) return;
  throw new AppError(
    'validation',
    `The ${result.target} of the request is not valid: nothing was done. Correct what errors names.`,
    { issues: issuesOf(result.error) },
  );
};

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
/** Of a route that needs a JSON body. */
export const UNREADABLE = {
  400: problemResponse('The body is not JSON'),
  413: problemResponse('The body is too large'),
  415: problemResponse('The body is not sent as application/json'),
} as const;
export const TOO_LARGE = { 413: problemResponse('The body is too large') } as const;
