/** Errors with a stable code; `retryable` is the axis that callers act on. */
export type ErrorCode =
  'validation' | 'signature' | 'not-found' | 'conflict' | 'rate-limited' | 'unavailable' | 'config';

export interface FieldIssue {
  /** JSON pointer into the body that was refused. */
  pointer: string;
  detail: string;
}

interface AppErrorOptions {
  /** Stable tail of the problem `type`, such as `out-of-stock`; the code when absent. */
  problem?: string;
  issues?: FieldIssue[];
  /** Extra members of the problem body. */
  members?: Record<string, unknown>;
  retryAfterMs?: number;
  cause?: unknown;
}

/** An expected failure whose message may be shown to the caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly issues: FieldIssue[];
  readonly members: Record<string, unknown>;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.problem = options.problem ?? code;
    this.issues = options.issues ?? [];
    this.members = options.members ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The message of anything caught, for logs; never for a caller. */
export function messageOf(caught: unknown): string {
  return caught instanceof Error ? caught.message : String(caught);
}
