import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { ZodError } from 'zod';
import { AppError, type ErrorCode, type FieldIssue } from '../errors.ts';
import { problem } from './problem.ts';

const STATUS_OF: Record<ErrorCode, ContentfulStatusCode> = {
  validation: 422,
  signature: 401,
  'not-found': 404,
  conflict: 409,
  'rate-limited': 429,
  unavailable: 503,
  config: 500,
};

const TITLE_OF: Record<ErrorCode, string> = {
  validation: 'The request is not valid',
  signature: 'Not authorised',
  'not-found': 'Not found',
  conflict: 'Conflict with the present state',
  'rate-limited': 'Too many requests',
  unavailable: 'Temporarily unavailable',
  config: 'Misconfigured',
};

/** JSON pointers (RFC 6901) of a zod error, all of them. */
export function issuesOf(error: ZodError): FieldIssue[] {
  return error.issues.map((issue) => ({
    pointer: issue.path
      .map((part) => '/' + String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
      .join(''),
    detail: issue.message,
  }));
}

/** The one place where an error becomes an answer; an unknown one never shows its message. */
export function errorHandler(log: Logger): ErrorHandler {
  return (error, c) => {
    if (error instanceof AppError) {
      return problem(c, {
        status: STATUS_OF[error.code],
        problem: error.problem,
        title: TITLE_OF[error.code],
        detail: error.message,
        issues: error.issues,
        members: error.members,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      });
    }
    if (error instanceof HTTPException) return httpException(c, error);
    log.error({ err: error, requestId: c.get('requestId'), path: c.req.path }, 'http.failed');
    return problem(c, {
      status: 500,
      problem: 'internal',
      title: 'Internal error',
      detail:
        'Something went wrong on our side. Nothing was confirmed; send the same request again with the same Idempotency-Key, and quote the instance if it persists.',
    });
  };
}

function httpException(c: Context, error: HTTPException): Response {
  const { status } = error;
  const detail = error.message || 'The request cannot be read.';
  if (status === 415) {
    const title = 'The content type is not accepted';
    return problem(c, { status, problem: 'unsupported-media-type', title, detail });
  }
  return problem(c, {
    status,
    problem: status === 413 ? 'too-large' : 'bad-request',
    title: status === 413 ? 'The body is too large' : 'The request cannot be read',
    detail,
  });
}

export const notFoundHandler: NotFoundHandler = (c) =>
  problem(c, {
    status: 404,
    problem: 'not-found',
    title: 'Not found',
    detail: `There is nothing at ${c.req.method} ${c.req.path}. See /openapi.json for what there is.`,
  });
