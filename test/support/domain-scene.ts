import type { Bucket } from '../../src/domain/books.ts';
import type { CrmNotice } from '../../src/domain/order.ts';
import { flagsOf } from '../../src/domain/headline.ts';
import { Facts, type Units } from './domain-facts.ts';
import { snapshotOf, type StockedLine, type StockedPick } from './domain-warehouse.ts';
import { World, type WorldOptions } from './domain-world.ts';

/** A world with stock in which one order has been placed, and what tests ask of it. */
export class Scene extends World {
  readonly facts = new Facts();

  constructor(stock: Units, options: WorldOptions = {}) {
    super(options);
    for (const [sku, qty] of Object.entries(stock)) this.warehouse.receive(sku, qty);
  }

  order(units: Units): this {
    return this.feed(this.facts.created(units)).hear();
  }

  /** The buckets of a line that are not empty. */
  books(lineId: string): Partial<Record<Bucket, number>> {
    const line = this.state.lines.find((l) => l.lineId === lineId);
    const buckets = Object.entries(line?.buckets ?? {}).filter(([, units]) => units > 0);
    return Object.fromEntries(buckets);
  }

  pick(index = 0): StockedPick {
    const pick = this.warehouse.picks[index];
    if (pick === undefined) throw new Error(`there is no pick ${index}`);
    return pick;
  }

  /** A line of a pick with its pick, to be handled by the floor. */
  at(lineId: string, index = 0): { pick: StockedPick; line: StockedLine } {
    const pick = this.pick(index);
    const line = pick.lines.find((l) => l.lineId === lineId);
    if (line === undefined) throw new Error(`the pick has no line ${lineId}`);
    return { pick, line };
  }

  /** What the CRM was told, one text each: `1 PICK.PARTIAL A picked +3 = 3`. */
  told(): string[] {
    return this.crm.taken.map(textOf);
  }

  flags(): string[] {
    return flagsOf(this.state);
  }

  waiting(): { backorderId: string; qty: number }[] {
    return (this.step?.waiting ?? []).map(({ backorderId, qty }) => ({ backorderId, qty }));
  }

  /** The id of the only backorder that waits. */
  backorder(): string {
    const [row, ...others] = this.waiting();
    if (row === undefined || others.length > 0) throw new Error('not one backorder waits');
    return row.backorderId;
  }

  letter(): string {
    const [letter, ...others] = this.state.deadLetters;
    if (letter === undefined || others.length > 0) throw new Error('not one dead letter');
    return letter.id;
  }

  snapshot(index = 0): ReturnType<typeof snapshotOf> {
    return snapshotOf(this.pick(index));
  }
}

function textOf({ sequence, type, lines }: CrmNotice): string {
  const deltas = lines.map(({ lineId, bucket, delta, cumulative }) => {
    return `${lineId} ${bucket} ${delta < 0 ? '' : '+'}${delta} = ${cumulative}`;
  });
  return `${sequence} ${type} ${deltas.join(', ')}`.trimEnd();
}
