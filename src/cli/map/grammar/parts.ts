import { z } from 'zod';

/** One of the names that there are; any text while there are none. */
export function nameIn(names: readonly string[]): z.ZodType {
  const [first, ...rest] = names;
  return first === undefined ? z.string() : z.enum([first, ...rest]);
}

export const AboutSchema = z.string().describe('For people; nothing reads it.');

export const ScalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const PathSchema = z
  .string()
  .describe(
    'customer.name, items[*].sku, lots[0], lots[-1], custom["cf 12"]; . the element, $.x from the root, ^.x from the enclosing element, $position',
  );

/** One, or a list of them. */
export function oneOrMany<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.array(schema)]);
}
