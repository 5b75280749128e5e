import { z } from 'zod';

const HeaderNameSchema = z.string().regex(/^[a-z0-9-]+$/, 'must be a header name in lower case');

/** Where the moment of signing stands; null when a profile has none. */
const TimestampSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('header'), header: HeaderNameSchema }),
  /** `t=` in the signature header; `echo` may repeat it and must then be equal. */
  z.object({
    from: z.literal('element'),
    key: z.string(),
    echo: HeaderNameSchema.nullable().default(null),
  }),
  /** A field of the JSON body, an ISO 8601 instant: judged once the body is parsed. */
  z.object({ from: z.literal('body'), field: z.literal('timestamp') }),
]);

/** How the signature header lists its signatures: `x`, `t=..,v1=x,v1=y`, or `v1,x v1,y`. */
const GrammarSchema = z.discriminatedUnion('list', [
  z.object({ list: z.literal('single'), prefix: z.string().default('') }),
  z.object({ list: z.literal('elements'), version: z.string().min(1) }),
  z.object({ list: z.literal('versions'), version: z.string().min(1) }),
]);

const SignedFields = {
  header: HeaderNameSchema,
  encoding: z.enum(['hex', 'base64']),
  grammar: GrammarSchema,
  /** Literal text and `{id}`, `{ts}`, `{method}`, `{url}`, `{body}`. */
  signedString: z.string().min(1),
  id: z
    .object({
      header: HeaderNameSchema,
      /** The header must equal `event_id` of the body. */
      matchesBody: z.boolean(),
    })
    .nullable(),
  timestamp: TimestampSchema.nullable(),
  toleranceMs: z.int().positive().default(300_000),
};

const HmacSchema = z.object({
  kind: z.literal('hmac'),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']),
  /** `whsec`: base64 after `whsec_`; a secret without that prefix is its UTF-8 bytes. */
  key: z.enum(['utf8', 'whsec']),
  /**
   * Secrets that begin with `whpk_` are ed25519 public keys, whose signatures stand in the list
   * under this version: what a key is decides its algorithm, never the request.
   */
  publicKeyVersion: z.string().min(1).nullable().default(null),
  ...SignedFields,
});

const Ed25519Schema = z.object({ kind: z.literal('ed25519'), ...SignedFields });

const CredentialSchema = z.object({
  kind: z.enum(['basic', 'bearer']),
  header: HeaderNameSchema.default('authorization'),
});

function templateIsSupplied(profile: z.infer<typeof HmacSchema | typeof Ed25519Schema>): boolean {
  const needsId = profile.signedString.includes('{id}');
  const needsTime = profile.signedString.includes('{ts}');
  const hasTime = profile.timestamp !== null && profile.timestamp.from !== 'body';
  return (!needsId || profile.id !== null) && (!needsTime || hasTime);
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN: ReadonlySet<string> = new Set(['id', 'ts', 'method', 'url', 'body']);

/** A signature that does not cover the body proves nothing about it. */
function coversTheBody({
  signedString,
}: Pick<z.infer<typeof HmacSchema>, 'signedString'>): boolean {
  return signedString.includes('{body}');
}

function placeholdersAreKnown({
  signedString,
}: Pick<z.infer<typeof HmacSchema>, 'signedString'>): boolean {
  return [...signedString.matchAll(PLACEHOLDER)].every(([, name]) => KNOWN.has(name ?? ''));
}

function versionsAreListed({ publicKeyVersion, grammar }: z.infer<typeof HmacSchema>): boolean {
  return publicKeyVersion === null || grammar.list !== 'single';
}

const UNLISTED = 'publicKeyVersion needs a signature header that lists versions';
const UNCOVERED = {
  message: 'signedString needs {body}: a signature that does not cover it proves nothing',
  path: ['signedString'],
};
const UNKNOWN = {
  message: 'signedString knows {id}, {ts}, {method}, {url} and {body}',
  path: ['signedString'],
};
const UNSUPPLIED = 'signedString names {id} or {ts}, and no header supplies it';

const HmacProfileSchema = HmacSchema.refine(coversTheBody, UNCOVERED)
  .refine(placeholdersAreKnown, UNKNOWN)
  .refine(templateIsSupplied, UNSUPPLIED)
  .refine(versionsAreListed, UNLISTED);
const Ed25519ProfileSchema = Ed25519Schema.refine(coversTheBody, UNCOVERED)
  .refine(placeholdersAreKnown, UNKNOWN)
  .refine(templateIsSupplied, UNSUPPLIED);

/** How one kind of sender proves who it is: data only, so that a new vendor needs no code. */
export const ProfileSchema = z.union([HmacProfileSchema, Ed25519ProfileSchema, CredentialSchema]);

/** By kind, so that what is wrong is said of the kind that was meant. */
export const PROFILE_OF_KIND = {
  hmac: HmacProfileSchema,
  ed25519: Ed25519ProfileSchema,
  basic: CredentialSchema,
  bearer: CredentialSchema,
} as const;

export type Profile = z.infer<typeof ProfileSchema>;
export type HmacProfile = z.infer<typeof HmacSchema>;
export type SignedProfile = HmacProfile | z.infer<typeof Ed25519Schema>;
export type CredentialProfile = z.infer<typeof CredentialSchema>;
