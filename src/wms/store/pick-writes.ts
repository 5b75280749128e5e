import type { Sqlite } from '../../db/open.ts';
import type { PickRecord } from '../domain/pick.ts';
import type { Draw, PickLine } from '../domain/pick-line.ts';

type Head = Omit<PickRecord, 'lines' | 'preferences'> & { preferences: string };
type Quantities = Omit<PickLine, 'lineId' | 'sku' | 'lot' | 'requested' | 'cancelAsked' | 'draws'>;
type LineRow = Omit<PickLine, 'cancelAsked' | 'draws'> & {
  pickId: string;
  position: number;
  cancelAsked: number;
};

/** The statements of every pick change, prepared once because they run for each call. */
export function createPickWrites(sqlite: Sqlite) {
  const insertHead = sqlite.prepare<Head>(
    `insert into picks (pick_id, order_id, reference, status, outcome, priority, assignee,
      preferences, sequence, created_at, updated_at)
     values (:pickId, :orderId, :reference, :status, :outcome, :priority, :assignee, :preferences,
      :sequence, :createdAt, :updatedAt)`,
  );
  const updateHead = sqlite.prepare<
    Pick<Head, 'pickId' | 'status' | 'outcome' | 'priority' | 'assignee' | 'sequence' | 'updatedAt'>
  >(
    `update picks set status = :status, outcome = :outcome, priority = :priority, assignee = :assignee,
      sequence = :sequence, updated_at = :updatedAt where pick_id = :pickId`,
  );
  const insertLine = sqlite.prepare<LineRow>(
    `insert into pick_lines (pick_line, pick_id, line_id, position, sku, lot, requested, allocated,
      picked, shipped, short, cancelled, unfilled, over, cancel_asked)
     values (:pickLine, :pickId, :lineId, :position, :sku, :lot, :requested, :allocated, :picked,
      :shipped, :short, :cancelled, :unfilled, :over, :cancelAsked)`,
  );
  const updateLine = sqlite.prepare<Quantities & { cancelAsked: number }>(
    `update pick_lines set allocated = :allocated, picked = :picked, shipped = :shipped,
      short = :short, cancelled = :cancelled, unfilled = :unfilled, over = :over,
      cancel_asked = :cancelAsked where pick_line = :pickLine`,
  );
  const upsertDraw = sqlite.prepare<Draw & { pickLine: string; sku: string }>(
    `insert into draws (pick_line, sku, location, lot, reserved, picked, counting)
     values (:pickLine, :sku, :location, :lot, :reserved, :picked, :counting)
     on conflict (pick_line, location, lot) do update set reserved = excluded.reserved,
      picked = excluded.picked, counting = excluded.counting`,
  );
  function saveDraws({ pickLine, sku, draws }: PickLine): void {
    for (const draw of draws) upsertDraw.run({ ...draw, pickLine, sku });
  }
  return {
    insert({ lines, ...head }: PickRecord): void {
      insertHead.run({ ...head, preferences: JSON.stringify(head.preferences) });
      lines.forEach((line, index) => {
        const { draws: _draws, cancelAsked, ...row } = line;
        const { pickId } = head;
        insertLine.run({ ...row, pickId, position: index + 1, cancelAsked: cancelAsked ? 1 : 0 });
        saveDraws(line);
      });
    },
    /** Writes the head, and of the lines only those that are named. */
    save(pick: PickRecord, changed: readonly PickLine[]): void {
      const { pickId, status, outcome, priority, assignee, sequence, updatedAt } = pick;
      updateHead.run({ pickId, status, outcome, priority, assignee, sequence, updatedAt });
      for (const line of changed) {
        const { pickLine, allocated, picked, shipped, short, cancelled, unfilled, over } = line;
        updateLine.run({
          ...{ pickLine, allocated, picked, shipped, short, cancelled, unfilled, over },
          cancelAsked: line.cancelAsked ? 1 : 0,
        });
        saveDraws(line);
      }
    },
  };
}
