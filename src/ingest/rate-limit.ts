interface RateOptions {
  max: number;
  windowMs: number;
}

export type RateDecision =
  { ok: true } | { ok: false; headers: Record<string, string>; waitMs: number };

/** Counts authentic events of one connection in fixed windows; header fields after draft -10. */
export class RateLimit {
  private readonly options: RateOptions;
  private windowEndsAt = 0;
  private left = 0;

  constructor(options: RateOptions) {
    this.options = options;
  }

  take(now: number): RateDecision {
    const { max, windowMs } = this.options;
    if (now >= this.windowEndsAt) {
      this.windowEndsAt = now + windowMs;
      this.left = max;
    }
    if (this.left > 0) {
      this.left -= 1;
      return { ok: true };
    }
    const waitMs = this.windowEndsAt - now;
    return {
      ok: false,
      waitMs,
      headers: {
        'ratelimit-policy': `"default";q=${max};w=${Math.ceil(windowMs / 1000)}`,
        ratelimit: `"default";r=0;t=${Math.ceil(waitMs / 1000)}`,
      },
    };
  }
}
