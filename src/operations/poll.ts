import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

export interface PollOptions {
  /** Begins the names of what is logged: `alert` gives `alert.look_failed`. */
  name: string;
  everyMs: number;
  log: Logger;
}

/** Looks at something again and again; looks do not overlap, and one that fails leaves it to the next. */
export class Poll {
  private readonly once: () => Promise<void>;
  private readonly options: PollOptions;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(once: () => Promise<void>, options: PollOptions) {
    this.once = once;
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), this.options.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Never rejects. */
  look(): Promise<void> {
    this.looking ??= this.once()
      .catch((error: unknown) => this.report(error))
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  private report(error: unknown): void {
    const { name, log } = this.options;
    const away = error instanceof AppError && error.code === 'unavailable';
    const line = { error: messageOf(error) };
    if (away) log.debug(line, `${name}.books_unreadable`);
    else log.error(line, `${name}.look_failed`);
  }
}
