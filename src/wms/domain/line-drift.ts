import type { Draw, PickLine } from './pick-line.ts';

export type AuditClass = 'D9' | 'D10' | 'D11';

/** What the ledger says of one pick line. */
export interface LineFold {
  sku: string | undefined;
  draws: Draw[];
  shipped: number;
}

export interface LineFacts {
  /** Undefined when the line is gone though the ledger knows it. */
  line: PickLine | undefined;
  /** Whether the pick of the line is still worked on. */
  open: boolean;
  draws: readonly Draw[];
  fold: LineFold;
}

export interface Disagreement {
  class: AuditClass;
  weSay: string;
  theySay: string;
}

/** How a pick line, its draws and the ledger disagree; the ledger is right. */
export function lineDrift({ line, open, draws, fold }: LineFacts): Disagreement | undefined {
  const reservedNow = total(draws, 'reserved');
  const reserved = total(fold.draws, 'reserved');
  if (line === undefined || !open) return strayOf(line, Math.max(reservedNow, reserved));
  const { allocated, picked, shipped } = line;
  const ledgerPicked = total(fold.draws, 'picked') + fold.shipped;
  const agree = allocated === reserved && picked === ledgerPicked && shipped === fold.shipped;
  if (agree && sameDraws(draws, fold.draws)) return undefined;
  return {
    class: classOf({ line, reservedNow, reserved, picked: ledgerPicked }),
    weSay: `the line: allocated ${allocated}, picked ${picked}, shipped ${shipped}; its reservations: ${reservedNow}`,
    theySay: `the ledger: reserved ${reserved}, picked ${ledgerPicked}, shipped ${fold.shipped}`,
  };
}

/** Nothing may be reserved for a line that nobody works on, nor may it wait for units. */
function strayOf(line: PickLine | undefined, reserved: number): Disagreement | undefined {
  const waiting = line === undefined ? 0 : line.allocated + line.unfilled;
  if (reserved === 0 && waiting === 0) return undefined;
  const whose = line === undefined ? 'a pick that is gone' : 'a pick that has ended';
  return {
    class: 'D10',
    weSay: `${Math.max(reserved, waiting)} units are reserved for ${whose}`,
    theySay: 'only an open pick holds reservations',
  };
}

interface Sums {
  line: PickLine;
  reservedNow: number;
  reserved: number;
  picked: number;
}

/** More reserved than the line asks for is a stray reservation, less is a missing one. */
function classOf({ line, reservedNow, reserved, picked }: Sums): AuditClass {
  if (line.picked !== picked) return 'D9';
  const { allocated } = line;
  if (reservedNow < allocated || reserved < allocated) return 'D11';
  return reservedNow > allocated || reserved > allocated ? 'D10' : 'D9';
}

/** Places that hold nothing count as none. */
function sameDraws(left: readonly Draw[], right: readonly Draw[]): boolean {
  return namesOf(left) === namesOf(right);
}

function namesOf(draws: readonly Draw[]): string {
  return draws
    .filter((draw) => draw.reserved !== 0 || draw.picked !== 0 || draw.counting !== 0)
    .map(({ location, lot, reserved, picked, counting }) =>
      JSON.stringify([location, lot, reserved, picked, counting]),
    )
    .toSorted()
    .join();
}

function total(draws: readonly Draw[], counter: 'reserved' | 'picked'): number {
  return draws.reduce((sum, draw) => sum + draw[counter], 0);
}
