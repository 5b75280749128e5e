import type { z } from 'zod';
import { partsOf } from '../shape/zod-shape.ts';
import type { Joined, Outcome } from './context.ts';

/** Texts of certain characters and lengths, as ids are. */
interface Spelling {
  /** The class as a pattern writes it: `[a-z0-9]`. */
  chars: string;
  min: number;
  max: number;
}

const WHOLE = /^\^(\[(?:[^\]\\]|\\.)+\])\{(\d+),(\d+)\}\$$/;

function spellingOf(schema: z.core.$ZodType): Spelling | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== 'string') return null;
  const parts = partsOf(def).filter(({ check, coerce }) => check !== undefined || coerce === true);
  const [only, second] = parts;
  const pattern = only?.['check'] === 'string_format' ? only['pattern'] : null;
  if (!(pattern instanceof RegExp) || second !== undefined || pattern.flags !== '') return null;
  const [, chars, min, max] = WHOLE.exec(pattern.source) ?? [];
  return chars === undefined ? null : { chars, min: Number(min), max: Number(max) };
}

/**
 * Ids that are joined of ids have no character that an id may not have, so that only their length
 * is left to be checked; null where that is not so.
 */
export function lengthTest(
  outcomes: readonly Outcome[],
  schema: z.core.$ZodType,
): ((value: unknown) => boolean) | null {
  const spelling = spellingOf(schema);
  if (spelling === null) return null;
  const { chars, min, max } = spelling;
  const isSpelled = outcomes.every((outcome) => {
    if (outcome.kind === 'const' || outcome.schema === schema) return true;
    return outcome.joined !== undefined && isJoinedOf(chars, outcome.joined);
  });
  if (!isSpelled) return null;
  return (value) => typeof value === 'string' && value.length >= min && value.length <= max;
}

function isJoinedOf(chars: string, { parts, separator }: Joined): boolean {
  const all = new RegExp(`^${chars}*$`);
  const holds = (outcome: Outcome): boolean => {
    if (outcome.kind === 'const') return all.test(String(outcome.value));
    const { shape, schema } = outcome;
    if (shape.kind === 'number') return shape.integer && all.test('-0123456789');
    return schema !== null && spellingOf(schema)?.chars === chars;
  };
  return all.test(separator) && parts.every(holds);
}
