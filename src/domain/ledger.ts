import { moveUnits, type Line, type Move, type Transfer } from './books.ts';
import type { Turn } from './turn.ts';

/**
 * Moves units in the books and keeps the move under its cause. What one cause moves on a line
 * between the same two buckets is one move, however many steps it takes (L6).
 */
export function move(turn: Turn, line: Line, transfer: Transfer): void {
  const moved = moveUnits(line, transfer);
  if (moved === null) return;
  turn.state.movedAt = turn.now;
  const { moves } = turn.effects;
  const same = moves.findLast(
    (m) =>
      m.lineId === moved.lineId &&
      m.from === moved.from &&
      m.to === moved.to &&
      m.cause === turn.cause,
  );
  if (same === undefined) moves.push({ ...moved, cause: turn.cause });
  else same.qty += moved.qty;
}

const BUCKET_WORD: Record<string, string> = { substitutedOut: 'substituted' };

const MOVES_SHOWN_MAX = 6;

/** `2 x SKU-111 allocated -> picked, 1 x SKU-222 requested -> backordered`. */
export function describeMoves(moves: readonly Move[]): string {
  const shown = moves.slice(0, MOVES_SHOWN_MAX).map((m) => {
    const from = BUCKET_WORD[m.from] ?? m.from;
    const to = BUCKET_WORD[m.to] ?? m.to;
    return `${m.qty} x ${m.sku} ${from} -> ${to}`;
  });
  const more = moves.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
