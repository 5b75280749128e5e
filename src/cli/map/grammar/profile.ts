import { z } from 'zod';
import { ProfileSchema } from '../../../verification/profile.ts';
import { PROFILES } from '../../../verification/profiles.ts';

/** The name of a shipped profile, or one of its own with the keys that files have. */
export function profileGrammar(): z.ZodType {
  const { $schema: _, ...own } = z.toJSONSchema(ProfileSchema, { io: 'input' });
  const names = { enum: [...PROFILES.keys()] };
  return z.unknown().meta({ anyOf: [names, snakeCased(own)] });
}

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'properties') return [key, renamed(inner as object)];
      if (key === 'required') return [key, (inner as string[]).map(snake)];
      return [key, snakeCased(inner)];
    }),
  );
}

function renamed(properties: object): unknown {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [snake(name), snakeCased(schema)]),
  );
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
