import { expect } from 'vitest';
import type { MapError } from '../../src/mapping/run/run.ts';
import { MAPPING, ORDER, PACKS, PRIORITY_TABLE, rulesFile, SHOP } from './mapping-shop.ts';
import { bundleOf } from './mapping-stage.ts';

export const TABLES = { 'tables/kinds.yaml': PRIORITY_TABLE, 'tables/packs.yaml': PACKS };

/** Maps the shop's order, changed, by these rules. */
export function run(rules: string, order: object = {}, head = '') {
  const bundle = bundleOf({ ...TABLES, 'rules/a.yaml': rulesFile(rules, head) }, SHOP);
  return bundle.map(MAPPING, { ...ORDER, ...order });
}

/** What comes out beside the id; throws when nothing does. */
export function output(rules: string, order: object = {}, head = ''): unknown {
  const result = run(rules, order, head);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  const { id, ...rest } = result.output as Record<string, unknown>;
  expect(id).toBe('A-1');
  return rest;
}

export function errors(rules: string, order: object = {}, head = ''): MapError[] {
  const result = run(rules, order, head);
  return result.ok ? [] : result.errors;
}
