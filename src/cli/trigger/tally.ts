import { duration } from '../table.ts';
import type { Sent } from './send.ts';

/** Counts what became of many events. */
export class Tally {
  readonly statuses = new Map<Sent['status'], number>();
  private readonly ackMs: number[] = [];
  private readonly startedAt = performance.now();

  add(sent: Sent): void {
    this.statuses.set(sent.status, (this.statuses.get(sent.status) ?? 0) + 1);
    if (sent.ack_ms !== null) this.ackMs.push(sent.ack_ms);
  }

  get total(): number {
    return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `200 sent in 1.2 s (166/s): 200 accepted; answered in 4 ms, 99 of 100 within 12 ms`. */
  toString(): string {
    const elapsedMs = performance.now() - this.startedAt;
    const perSecond = Math.round((this.total * 1000) / Math.max(1, elapsedMs));
    const counts = [...this.statuses].map(([status, count]) => `${count} ${status}`).join(', ');
    return `${this.total} sent in ${duration(elapsedMs)} (${perSecond}/s): ${counts}${this.acks()}`;
  }

  private acks(): string {
    if (this.ackMs.length === 0) return '';
    const sorted = this.ackMs.toSorted((a, b) => a - b);
    const at = (share: number): string => {
      const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
      return `${value ?? 0} ms`;
    };
    return `; answered in ${at(0.5)}, 99 of 100 within ${at(0.99)}`;
  }
}
