/** The last refusal of a connection, as an operator sees it. */
export interface LastRefusal {
  /** Epoch ms. */
  at: number;
  outcome: string;
  /** The check that failed, where the outcome does not say it. */
  cause: string | null;
}

/** What became of the webhooks of one connection since this process started; in memory only. */
export class ConnectionTally {
  /** Answers by outcome, of which there are few. */
  readonly answers = new Map<string, number>();
  /** When an authentic request came last; epoch ms. */
  lastVerifiedAt: number | null = null;
  lastRefusal: LastRefusal | null = null;
  private readonly lastUsedAt = new Map<string, number>();

  /** A request was authentic under this secret. */
  verified(secretId: string, now: number): void {
    this.lastVerifiedAt = now;
    this.lastUsedAt.set(secretId, now);
  }

  answered(outcome: string, now: number, cause: string | undefined): void {
    this.answers.set(outcome, (this.answers.get(outcome) ?? 0) + 1);
    if (outcome !== 'first' && outcome !== 'duplicate') {
      this.lastRefusal = { at: now, outcome, cause: cause ?? null };
    }
  }

  /** When a secret was last the one that verified; null when not since the start. */
  usedAt(secretId: string): number | null {
    return this.lastUsedAt.get(secretId) ?? null;
  }
}
