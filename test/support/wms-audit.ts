import type { Sqlite } from '../../src/db/open.ts';

/** Each query names the rows that break one invariant of fulfilment 3.1; none may be found. */
const CHECKS: Record<string, string> = {
  'S1 counters are those of real goods': `
    select sku, location, lot from stock
    where on_hand < 0 or reserved < 0 or picked < 0 or held < 0 or counting < 0
      or counting > held or reserved + picked + held > on_hand`,
  'S2 counters are the fold of the ledger': `
    select s.sku, s.location, s.lot from stock s
    left join (select sku, location, lot, sum(d_on_hand) as on_hand, sum(d_reserved) as reserved,
        sum(d_picked) as picked, sum(d_held) as held, sum(d_counting) as counting
      from movements group by sku, location, lot) m
      on m.sku = s.sku and m.location = s.location and m.lot = s.lot
    where s.on_hand <> coalesce(m.on_hand, 0) or s.reserved <> coalesce(m.reserved, 0)
      or s.picked <> coalesce(m.picked, 0) or s.held <> coalesce(m.held, 0)
      or s.counting <> coalesce(m.counting, 0)`,
  'S3 open reservations sum to reserved, and picked draws to picked': `
    select s.sku, s.location, s.lot from stock s
    left join (select sku, location, lot, sum(reserved) as reserved, sum(picked) as picked
      from draws group by sku, location, lot) d
      on d.sku = s.sku and d.location = s.location and d.lot = s.lot
    where s.reserved <> coalesce(d.reserved, 0) or s.picked <> coalesce(d.picked, 0)`,
  'S4 an effect is booked once': `
    select cause_id, kind, pick_line, location, lot from movements
    group by cause_id, kind, pick_line, location, lot having count(*) > 1`,
  'S5 each reservation belongs to an open pick line': `
    select d.pick_line from draws d join pick_lines l on l.pick_line = d.pick_line
    join picks p on p.pick_id = l.pick_id
    where d.reserved > 0 and p.status in ('COMPLETED', 'CANCELLED')`,
  'S6 two pick lines never draw the same unit': `
    select d.sku, d.location, d.lot from draws d
    join stock s on s.sku = d.sku and s.location = d.location and s.lot = d.lot
    group by d.sku, d.location, d.lot having sum(d.reserved + d.picked) > max(s.on_hand)`,
  'a line draws what it says': `
    select l.pick_line from pick_lines l
    left join (select pick_line, sum(reserved) as reserved, sum(picked) as picked
      from draws group by pick_line) d on d.pick_line = l.pick_line
    where l.allocated <> coalesce(d.reserved, 0) or l.picked - l.shipped <> coalesce(d.picked, 0)`,
  'units of a line are conserved': `
    select pick_line from pick_lines
    where requested + over <> allocated + unfilled + picked + short + cancelled`,
  'the lines of a pick that has ended are resolved': `
    select l.pick_line from pick_lines l join picks p on p.pick_id = l.pick_id
    where p.status in ('COMPLETED', 'CANCELLED') and l.allocated + l.unfilled > 0`,
};

/** The invariants that a warehouse breaks, with the rows that break them. */
export function auditStock(sqlite: Sqlite): string[] {
  return Object.entries(CHECKS).flatMap(([name, query]) =>
    sqlite
      .prepare(query)
      .all()
      .map((row) => `${name}: ${JSON.stringify(row)}`),
  );
}
