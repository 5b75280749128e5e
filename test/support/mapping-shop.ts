import { z } from 'zod';
import { defineFunction } from '../../src/mapping/functions.ts';
import type { Stage } from './mapping-stage.ts';

/** A small shop and a small warehouse, with one field of every kind. */
const SOURCE = z.object({
  order_no: z.string().min(1),
  ref: z.string().nullable(),
  state: z.enum(['OPEN', 'HELD', 'DONE']),
  rank: z.string().optional(),
  note: z.string().nullable().optional(),
  weight: z.number(),
  gift: z.boolean().optional(),
  due: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  local_due: z.string().optional(),
  customer: z.object({ name: z.string().optional(), mail: z.string().nullable() }).optional(),
  items: z.array(
    z.object({
      sku: z.string().optional(),
      count: z.number(),
      uom: z.string().optional(),
      lots: z.array(z.string()).optional(),
    }),
  ),
  boxes: z
    .array(
      z.object({ label: z.string().min(1), lines: z.array(z.object({ sku: z.string().min(1) })) }),
    )
    .optional(),
  custom: z.record(z.string(), z.unknown()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  payment: z
    .union([
      z.object({ kind: z.literal('card'), mark: z.string() }),
      z.object({ kind: z.literal('bank'), iban: z.string() }),
    ])
    .optional(),
});

const TARGET = z.object({
  id: z.string().min(1).max(12),
  kind: z.enum(['sale', 'hold']).optional(),
  note: z.string().nullable().optional(),
  grams: z.int().min(0).optional(),
  gift: z.boolean().optional(),
  due: z.iso.datetime({ offset: true }).optional(),
  due_ms: z.int().optional(),
  contact: z.object({ name: z.string(), mail: z.string().nullable().optional() }).optional(),
  lines: z
    .array(
      z.object({
        sku: z.string().min(1),
        qty: z.int().min(1).optional(),
        box: z.string().optional(),
        no: z.int().optional(),
      }),
    )
    .min(1)
    .max(4)
    .optional(),
  skus: z.array(z.string()).optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});

const PAIR = z
  .object({ low: z.int(), high: z.int() })
  .refine(({ low, high }) => low <= high, { message: 'low is above high', path: ['low'] });

export const SHOP: Stage & { functions: NonNullable<Stage['functions']> } = {
  schemas: { 'shop.order': SOURCE, 'depot.job': TARGET, 'depot.pair': PAIR },
  functions: [
    defineFunction({
      name: 'initials',
      version: 2,
      input: z.string(),
      output: z.string().nullable(),
      run: (name) => (name === '' ? null : name.slice(0, 1)),
    }),
    defineFunction({
      name: 'fragile',
      version: 1,
      input: z.object({ text: z.string(), mode: z.enum(['throw', 'lie', 'later']) }),
      output: z.string(),
      run: ({ text, mode }) => {
        if (mode === 'throw') throw new Error(`cannot bear ${text}`);
        return (mode === 'lie' ? 7 : Promise.reject(new Error('late'))) as unknown as string;
      },
    }),
  ],
};

export const ORDER = {
  order_no: 'A-1',
  ref: null,
  state: 'OPEN',
  weight: 12,
  items: [{ sku: 'SKU-1', count: 1 }],
};

export const PRIORITY_TABLE = `
table: kinds
rows:
  OPEN: sale
  HELD: hold
  DONE: sale
`;

export const PACKS = `
units: packs
factors: {EA: 1, DOZEN: 12}
per:
  'SKU-1': {CASE: 12}
  '00123': {CASE: 10, PALLET: 480}
`;

/** A mapping of the shop's order with the id and these rules. */
export function rulesFile(rules: string, head = ''): string {
  const lines = rules
    .trim()
    .split('\n')
    .map((line) => `  ${line}`);
  return `mapping: shop.order -> depot.job\nversion: 1\n${head}rules:\n  - {to: id, from: order_no}\n${lines.join('\n')}\n`;
}

export const MAPPING = 'shop.order -> depot.job';
