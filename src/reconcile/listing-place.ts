import { z } from 'zod';

/** The newest record that a listing of what changed has shown so far. */
export interface Newest {
  at: number;
  id: string;
  /** Whether each record was at least as new as all before it. */
  isSorted: boolean;
}

/** Where a listing stands, beyond the cursor that its system gave. */
export interface ListingPlace {
  cursor: string | null;
  /** What it began with, so that its pages are of one listing; undefined from the beginning. */
  sinceMs: number | undefined;
  newest: Newest;
}

const PlaceSchema = z.tuple([
  z.string(),
  z.number().nullable(),
  z.number(),
  z.string(),
  z.boolean(),
]);

export function cursorOf({ cursor, sinceMs, newest }: ListingPlace): string {
  return JSON.stringify([cursor, sinceMs ?? null, newest.at, newest.id, newest.isSorted]);
}

export function placeIn(text: string | null): ListingPlace {
  const begin = { cursor: null, sinceMs: undefined, newest: { at: 0, id: '', isSorted: true } };
  if (text === null) return begin;
  const [cursor, sinceMs, at, id, isSorted] = PlaceSchema.parse(JSON.parse(text));
  return { cursor, sinceMs: sinceMs ?? undefined, newest: { at, id, isSorted } };
}
