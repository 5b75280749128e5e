import { packed } from './packs.ts';

/** Single units of a row: what is allotted is still to be picked, what was picked counts on. */
export interface Row {
  rowId: string;
  code: string;
  asked: number;
  allotted: number;
  picked: number;
  lacking: number;
  shipped: number;
  voided: number;
}

export interface Dispatch {
  key: string;
  clientRef: string;
  urgency: string;
  work: 'none' | 'under way' | 'finished' | 'void';
  rows: Row[];
  changedAt: number;
}

export function sumOf({ rows }: Dispatch, units: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + units(row), 0);
}

export function phaseOf(dispatch: Dispatch): string {
  const picked = sumOf(dispatch, (row) => row.picked);
  switch (dispatch.work) {
    case 'void':
      return 'VOID';
    case 'none':
      return 'ALLOTTED';
    case 'under way':
      return picked > 0 ? 'PART_DONE' : 'ON_FLOOR';
    case 'finished':
      return sumOf(dispatch, (row) => row.shipped) === picked ? 'GONE' : 'DONE';
  }
}

/** The dispatch as the API shows it: a parcel for each row. */
export function dispatchView(dispatch: Dispatch) {
  const { key, clientRef: client_ref, urgency, rows, changedAt } = dispatch;
  const parcels = rows.map(({ rowId: row_id, code, asked, ...row }) => {
    const said = (singles: number) => packed(code, singles);
    const view = {
      ...{ row_id, item: { code }, ...said(asked), allotted: said(row.allotted) },
      ...{ picked: said(row.picked), lacking: said(row.lacking) },
      ...{ shipped: said(row.shipped), voided: said(row.voided) },
    };
    return { rows: [view] };
  });
  const changed_at = new Date(changedAt).toISOString();
  return { dispatch: { key, client_ref, urgency, phase: phaseOf(dispatch), parcels, changed_at } };
}
