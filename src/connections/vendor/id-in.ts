import type { RuleSpec } from '../../mapping/read/spec.ts';
import { valueAt } from '../../wiring/condition.ts';
import type { Maps } from './read-answer.ts';

interface Field {
  mapping: string | null;
  /** Of our words. */
  field: string;
}

/**
 * The id of a record that cannot be read, from the place that its mapping takes it from; null when
 * it is not simply copied.
 */
export function idIn(maps: Maps, { mapping, field }: Field, raw: unknown): string | null {
  if (mapping === null) return null;
  const rule = maps.mapping(mapping).spec.rules.find(({ to }) => to.text === field);
  const path = rule === undefined ? null : pathOf(rule);
  const value = path === null ? undefined : valueAt(raw, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function pathOf(rule: RuleSpec): string[] | null {
  if (rule.kind !== 'value' || rule.value.origin.kind !== 'from') return null;
  const keys: string[] = [];
  for (const segment of rule.value.origin.at.path.segments) {
    if (segment === 'each') return null;
    keys.push('key' in segment ? segment.key : String(segment.index));
  }
  return keys;
}
