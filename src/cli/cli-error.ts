import type { ExitCode } from './exit-codes.ts';

interface CliErrorOptions {
  /** What to do next, on a line of its own. */
  hint?: string;
  /** The problem document that the server answered. */
  problem?: unknown;
  cause?: unknown;
}

/** Ends a command with an exit code and a message for the person who typed it. */
export class CliError extends Error {
  readonly exit: ExitCode;
  /** Stable word for scripts, such as `not-running`. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly problem: unknown;

  constructor(exit: ExitCode, code: string, message: string, options: CliErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exit = exit;
    this.code = code;
    this.hint = options.hint;
    this.problem = options.problem;
  }
}
