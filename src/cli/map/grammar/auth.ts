import { z } from 'zod';

const VariableSchema = z.string().regex(/^[A-Z][A-Z0-9_]{0,127}$/);

const SettingSchema = z.union([
  z.string(),
  z.strictObject({ env: VariableSchema, default: z.string().optional() }),
]);

/** What stands in a file is stored and shown. */
export const SecretSchema = z.strictObject({ env: VariableSchema });

export const UrlSchema = z
  .union([
    z.string(),
    z.strictObject({
      env: VariableSchema,
      default: z.string().optional(),
      below: z.string().optional().describe('Appended to the address, such as /api/v1.'),
    }),
  ])
  .describe('Where it is reached.');

export const HeadersSchema = z.record(z.string(), SettingSchema);

const LIFETIME = {
  expires_in: z.string().optional().describe('Path of the seconds in the answer.'),
  lifetime_s: z.int().optional(),
  early_s: z.int().optional().describe('A token is renewed this long before its end.'),
};

/** `auth:` of a connection. */
export function authGrammar(): z.ZodType {
  return z.union([
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('header'), header: z.string(), value: SecretSchema }),
    z.strictObject({ kind: z.literal('bearer'), token: SecretSchema }),
    z.strictObject({ kind: z.literal('basic'), user: SettingSchema, password: SecretSchema }),
    z.strictObject({
      kind: z.literal('oauth2'),
      token_url: SettingSchema,
      client_id: SettingSchema,
      client_secret: SecretSchema,
      scope: z.string().optional(),
      credentials: z.enum(['basic', 'form']).optional(),
      ...LIFETIME,
    }),
    z.strictObject({
      kind: z.literal('login'),
      path: z.string(),
      send: z.record(z.string(), SettingSchema),
      token: z.string().describe('Path of the token in the answer.'),
      header: z.string().optional(),
      template: z.string().optional().describe('The text of that header, with {token} in it.'),
      ...LIFETIME,
    }),
  ]);
}
