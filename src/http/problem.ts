import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { FieldIssue } from '../errors.ts';
import type { Problem } from '../contracts/problem.ts';

/** Stable base of every problem `type`; the tail is listed in docs/errors.md. */
export const PROBLEM_BASE = 'https://crossdock.dev/problems/';

export interface ProblemInput {
  status: ContentfulStatusCode;
  /** Tail of `type`, such as `event-id-reused`. */
  problem: string;
  title: string;
  /** What happened, what it means for the order, and what to do. */
  detail: string;
  issues?: FieldIssue[];
  members?: Record<string, unknown>;
  retryAfterMs?: number;
}

/** Answers `application/problem+json` (RFC 9457); `instance` is the request id. */
export function problem(c: Context, input: ProblemInput): Response {
  const requestId = c.get('requestId') as string | undefined;
  const body: Problem = {
    ...input.members,
    type: PROBLEM_BASE + input.problem,
    title: input.title,
    status: input.status,
    detail: input.detail,
    instance: requestId ?? 'unknown',
    ...(input.issues && input.issues.length > 0 ? { errors: input.issues } : {}),
  };
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (input.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(input.retryAfterMs / 1000)));
  }
  return c.body(JSON.stringify(body), input.status, headers);
}
