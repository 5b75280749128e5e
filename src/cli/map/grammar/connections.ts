import { z } from 'zod';
import { ENDS, MEANINGS_OF } from '../../../wiring/ends.ts';
import {
  CALLS_OF,
  type CallName,
  type ConnectionKind,
  type Meaning,
} from '../../../wiring/spec.ts';
import { authGrammar, HeadersSchema, SecretSchema, UrlSchema } from './auth.ts';
import type { MappingName, Names } from './names.ts';
import { nameIn, oneOrMany, PathSchema, ScalarSchema } from './parts.ts';
import { profileGrammar } from './profile.ts';

const MEANINGS: Readonly<Record<Meaning, null>> = {
  ok: null,
  missing: null,
  out_of_stock: null,
  exists: null,
  rejected: null,
  disagrees: null,
  retry: null,
  refused: null,
};

const TemplateSchema = z.string().describe('Text with {name} in it, such as /picks/{pick_id}.');

const ConditionSchema = z.strictObject({
  path: PathSchema,
  eq: ScalarSchema.optional(),
  in: z.array(ScalarSchema).optional(),
  like: z.string().optional().describe('* stands for any text.'),
  above: z.number().optional(),
  above_path: PathSchema.optional(),
  exists: z.boolean().optional(),
});

/** A file of `connections/`. */
export function connectionsGrammar(names: Names): z.ZodType {
  const [crm, tasks, wms] = (['crm', 'tasks', 'wms'] as const).map((kind) => ofKind(kind, names));
  return z.union([crm, tasks, wms].filter((schema) => schema !== undefined));
}

function ofKind(kind: ConnectionKind, { mappings, schemas }: Names): z.ZodType {
  const calls = CALLS_OF[kind].map((name) => [name, callGrammar(name, mappings).optional()]);
  return z.strictObject({
    connection: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    kind: z.literal(kind),
    title: z.string().optional(),
    assumptions: z
      .array(z.strictObject({ says: z.string(), so: z.string() }))
      .optional()
      .describe('What the document leaves open, and what was taken for granted.'),
    url: UrlSchema,
    auth: authGrammar().optional(),
    headers: HeadersSchema.optional(),
    rate: z.strictObject({ per_s: z.number(), burst: z.int().optional() }).optional(),
    webhooks: webhooksGrammar(kind, { mappings, schemas: [...schemas.keys()] }).optional(),
    calls: z.strictObject(Object.fromEntries(calls) as Record<string, z.ZodType>),
    can: canGrammar().optional(),
    poll: z.strictObject({ first_s: z.int().optional(), most_s: z.int().optional() }).optional(),
    orders: z.strictObject({ wms: z.string().optional(), tasks: z.string().optional() }).optional(),
  });
}

interface Known {
  mappings: readonly MappingName[];
  schemas: readonly string[];
}

function webhooksGrammar(kind: ConnectionKind, { mappings, schemas }: Known): z.ZodType {
  const place = z.union([
    PathSchema,
    z.strictObject({ header: z.string() }),
    z.strictObject({ digest: z.literal('body') }),
  ]);
  const meanings: readonly string[] = MEANINGS_OF[kind];
  const maps = mappings.filter(({ to }) => meanings.includes(to)).map(({ name }) => name);
  const event = z.strictObject({
    map: nameIn(maps).describe(`A mapping to ${meanings.join(', ')}.`),
    order: z
      .strictObject({ id: PathSchema.optional(), reference: PathSchema.optional() })
      .optional(),
    only: oneOrMany(ConditionSchema).optional().describe('Events that fail this concern nobody.'),
    confirms: z
      .boolean()
      .optional()
      .describe('It only confirms what we asked for, so it may wait.'),
  });
  return z.strictObject({
    profile: profileGrammar(),
    secrets: z.array(SecretSchema).min(1).max(3),
    ack: z
      .union([z.literal(200), z.literal(202)])
      .optional()
      .describe('What a first delivery is answered with; 202 unless the sender wants 200.'),
    envelope: nameIn(schemas).optional().describe('What every event has, whatever its type.'),
    id: place,
    type: place,
    at: place.optional(),
    events: z.record(z.string(), event),
  });
}

function callGrammar(name: CallName, mappings: readonly MappingName[]): z.ZodType {
  const { send, receive, stated } = ENDS[name];
  const from = mappings.filter((one) => one.from === send).map((one) => one.name);
  const to = (ends: readonly string[]): z.ZodType =>
    nameIn(mappings.filter((one) => ends.includes(one.to)).map((one) => one.name));
  const path = TemplateSchema.optional();
  return z.strictObject({
    ...{ get: path, post: path, put: path, patch: path, delete: path },
    query: z.record(z.string(), TemplateSchema).optional(),
    send: nameIn(from)
      .optional()
      .describe(`A mapping from ${send ?? 'nothing'}.`),
    receive: to(receive)
      .optional()
      .describe(`A mapping to ${receive.join(' or ') || 'nothing'}.`),
    stated: to(stated === undefined ? [] : [stated]).optional(),
    key: z.string().optional().describe('Header of our idempotency key.'),
    items: PathSchema.optional().describe('Where the answer holds the list; . for the whole.'),
    next: pagingGrammar().optional(),
    when: z
      .array(outcomeGrammar())
      .optional()
      .describe('The first that fits; else the status decides.'),
  });
}

function pagingGrammar(): z.ZodType {
  return z.union([
    z.literal('link'),
    z.strictObject({ cursor: PathSchema }),
    z.strictObject({ page: z.int() }),
    z.strictObject({ offset: z.int() }),
  ]);
}

function outcomeGrammar(): z.ZodType {
  return z.strictObject({
    status: oneOrMany(z.int().min(100).max(599)).optional(),
    where: oneOrMany(ConditionSchema).optional(),
    means: z.enum(Object.keys(MEANINGS)),
  });
}

function canGrammar(): z.ZodType {
  return z.strictObject({
    create: oneOrMany(z.enum(['key', 'reference', 'search', 'none'])).optional(),
    search_lag_s: z.int().optional(),
    events: z.enum(['lines', 'headers', 'none']).optional(),
    cancel: z.enum(['lines', 'whole', 'none']).optional(),
    shipments: z.boolean().optional(),
  });
}
