import { sumOf, type Dispatch, type Row } from './dispatch.ts';
import { packed } from './packs.ts';
import { createStock, type Stock } from './stock.ts';

export interface Asked {
  rowId: string;
  code: string;
  singles: number;
}

export interface NewDispatch {
  clientRef: string;
  urgency: string;
  rows: Asked[];
}

/** Tells those who listen. */
export type Emit = (kind: string, news: Record<string, unknown>) => void;

export interface Floor {
  stock: Stock;
  dispatches: readonly Dispatch[];
  /** Null when nothing of it is free. */
  take(wanted: NewDispatch): Dispatch | null;
  start(key: string): void;
  pick(key: string, rowId: string, singles: number): void;
  /** What is not picked by now is lacking. */
  finish(key: string): void;
  ship(key: string): void;
  /** All of it or, once anything is picked, nothing. */
  cancel(dispatch: Dispatch): boolean;
  receive(code: string, singles: number): void;
}

export function createFloor(emit: Emit): Floor {
  const stock = createStock();
  const dispatches: Dispatch[] = [];
  const change = (code: string, by: Parameters<Stock['change']>[1]): void => {
    if (stock.change(code, by) <= 0) return;
    emit('stock.up', { item: { code }, free: packed(code, stock.free(code)) });
  };
  const at = (key: string): Dispatch => {
    const found = dispatches.find((each) => each.key === key);
    if (found === undefined) throw new Error(`Halden has no dispatch ${key}`);
    return found;
  };
  const changed = (dispatch: Dispatch): void => {
    dispatch.changedAt = Math.max(Date.now(), dispatch.changedAt + 1);
    const { key, clientRef: client_ref } = dispatch;
    emit('dispatch.changed', { dispatch: { key, client_ref } });
  };
  const giveUp = (dispatch: Dispatch, as: 'lacking' | 'voided'): void => {
    for (const row of dispatch.rows) {
      // What is lacking was not in its bin.
      const onHand = as === 'lacking' ? -row.allotted : 0;
      change(row.code, { allotted: -row.allotted, onHand });
      row[as] += row.allotted;
      row.allotted = 0;
    }
  };
  return {
    stock,
    dispatches,
    take({ clientRef, urgency, rows: asked }) {
      if (asked.every(({ code }) => stock.free(code) <= 0)) return null;
      const rows = asked.map((each) => newRow(stock, each));
      const dispatch: Dispatch = {
        ...{ key: `D-${dispatches.length + 1}`, clientRef, urgency, rows },
        ...{ work: 'none', changedAt: Date.now() },
      };
      dispatches.push(dispatch);
      return dispatch;
    },
    start(key) {
      at(key).work = 'under way';
      changed(at(key));
    },
    pick(key, rowId, singles) {
      const row = at(key).rows.find((each) => each.rowId === rowId);
      if (row === undefined) throw new Error(`${key} has no row ${rowId}`);
      change(row.code, { allotted: -singles, staged: singles });
      row.allotted -= singles;
      row.picked += singles;
      at(key).work = 'under way';
      changed(at(key));
    },
    finish(key) {
      giveUp(at(key), 'lacking');
      at(key).work = 'finished';
      changed(at(key));
    },
    ship(key) {
      for (const row of at(key).rows) {
        const singles = row.picked - row.shipped;
        change(row.code, { staged: -singles, onHand: -singles });
        row.shipped = row.picked;
      }
      changed(at(key));
    },
    cancel(dispatch) {
      if (sumOf(dispatch, (row) => row.picked) > 0 || dispatch.work === 'void') return false;
      giveUp(dispatch, 'voided');
      dispatch.work = 'void';
      changed(dispatch);
      return true;
    },
    receive: (code, singles) => change(code, { onHand: singles }),
  };
}

/** What is not free is lacking at once. */
function newRow(stock: Stock, { rowId, code, singles: asked }: Asked): Row {
  const allotted = Math.max(0, Math.min(asked, stock.free(code)));
  stock.change(code, { allotted });
  const none = { picked: 0, shipped: 0, voided: 0 };
  return { rowId, code, asked, allotted, lacking: asked - allotted, ...none };
}
