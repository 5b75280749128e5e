import type { OrderRecord } from '../books/read-orders.ts';
import type { ActionView } from '../contracts/operators.ts';
import { LINES_SHOWN_MAX, TICKING, type FilledForm } from './form.ts';

/** One line of the order, as the one who decides needs it. */
export interface LineRow {
  lineId: string;
  sku: string;
  /** Null when the books hold the question and not yet the line. */
  ordered: number | null;
  picked: number | null;
  shipped: number | null;
  missing: number;
}

/** A question with what has to be known to answer it. */
export interface Question {
  action: ActionView;
  order: OrderRecord | undefined;
  /** The lines in question; all lines of the order when the question names none. */
  lines: LineRow[];
  namesLines: boolean;
  /** Lines of the order beside them. */
  otherLines: number;
}

export function questionOf(action: ActionView, order: OrderRecord | undefined): Question {
  const namesLines = action.lines.length > 0;
  const inOrder = order?.view.lines ?? [];
  const asked = new Set(action.lines.map((line) => line.line_id));
  const rows = inOrder.map((line) => ({
    lineId: line.line_id,
    sku: line.sku,
    ordered: line.ordered,
    picked: line.picked,
    shipped: line.shipped,
    missing: line.open + line.backordered,
  }));
  if (!namesLines) return { action, order, lines: rows, namesLines, otherLines: 0 };
  const known = new Map(rows.map((row) => [row.lineId, row]));
  const lines = action.lines.map(({ line_id: lineId, sku, missing }) => ({
    ...(known.get(lineId) ?? { lineId, sku, ordered: null, picked: null, shipped: null }),
    missing,
  }));
  const otherLines = inOrder.filter((line) => !asked.has(line.line_id)).length;
  return { action, order, lines, namesLines, otherLines };
}

export function isOpen({ status }: ActionView): boolean {
  return status === 'OPEN' || status === 'ACKED';
}

/** Lines that can be ticked one by one; none when there are too many for a page. */
export function tickableLines({ lines }: Question): LineRow[] {
  return lines.length <= LINES_SHOWN_MAX ? lines : [];
}

/** The form as it is first shown: what is likely is filled in, what destroys is not. */
export function emptyForm(question: Question, key: string): FilledForm {
  const { action } = question;
  const lines = tickableLines(question);
  const ids = lines.map((line) => line.lineId);
  return {
    decision: null,
    ticked: Object.fromEntries(
      TICKING.map((one) => [one, one === 'ship_partial' || ids.length === 1 ? ids : []]),
    ),
    substitutes: substitutable(question).map(({ lineId, missing }) => ({
      ...{ lineId, sku: '', ratio: '1' },
      qty: missing > 0 ? String(missing) : '',
    })),
    name: '',
    note: '',
    version: action.version,
    key,
  };
}

/** Lines for which another article can be named. */
export function substitutable({ lines }: Question): LineRow[] {
  return lines.filter((line) => line.missing > 0).slice(0, LINES_SHOWN_MAX);
}
