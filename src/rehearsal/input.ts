import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { issuesOf } from '../http/errors.ts';

/** Deeper JSON parses, but writing it again overflows the stack. */
const JSON_DEPTH_MAX = 32;

/** The JSON of a request, 400 when it is none or nested too deep. */
export async function jsonBody(c: Context): Promise<unknown> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch (cause) {
    throw new HTTPException(400, {
      message: 'The body is not JSON. Nothing was done; send a JSON object.',
      cause,
    });
  }
  if (!isDeeperThan(body, JSON_DEPTH_MAX)) return body;
  throw new HTTPException(400, {
    message: `The body is nested deeper than ${JSON_DEPTH_MAX} levels. Nothing was done.`,
  });
}

function isDeeperThan(body: unknown, depthMax: number): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; depth <= depthMax; depth += 1) {
    level = level.flatMap((value): unknown[] =>
      value !== null && typeof value === 'object' ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** What a schema makes of an input, 422 with JSON pointers when it does not fit. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('validation', 'The request does not fit; `errors` says where.', {
    issues: issuesOf(parsed.error),
    cause: parsed.error,
  });
}
