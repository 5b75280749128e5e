import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJsonPrivately } from './files.ts';

const SecretSchema = z.string().min(16);

const SecretsSchema = z.object({
  webhooks: z.object({ crm: SecretSchema, tasks: SecretSchema, wms: SecretSchema }),
  api_key: SecretSchema,
  wms_token: SecretSchema,
  wms_client: z.object({ id: z.string().min(1), secret: SecretSchema }),
});

export type Secrets = z.infer<typeof SecretsSchema>;

/** These came later than the others, and no report shows them. */
const StoredSchema = SecretsSchema.extend({
  link_secret: SecretSchema.optional(),
  master_key: SecretSchema.optional(),
});

/** The secrets of a data directory: made at its first start, the same ever after. */
export function loadSecrets(dataDir: string): Secrets {
  const file = fileIn(dataDir);
  const stored = readJson(file, SecretsSchema);
  if (stored !== undefined) return stored;
  const made = makeSecrets();
  writeJsonPrivately(file, made);
  return made;
}

/** What links to decision pages are signed with: made once, kept beside the others. */
export function loadLinkSecret(dataDir: string): string {
  return loadFurther(dataDir, 'link_secret');
}

/** What the api encrypts rotated webhook secrets under: made once, kept beside the others. */
export function loadMasterKey(dataDir: string): string {
  return loadFurther(dataDir, 'master_key');
}

function loadFurther(dataDir: string, name: 'link_secret' | 'master_key'): string {
  const secrets = loadSecrets(dataDir);
  const stored = readJson(fileIn(dataDir), StoredSchema);
  const known = stored?.[name];
  if (known !== undefined) return known;
  const made = randomSecret();
  writeJsonPrivately(fileIn(dataDir), { ...secrets, ...stored, [name]: made });
  return made;
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'secrets.json');
}

function makeSecrets(): Secrets {
  return {
    webhooks: { crm: randomSecret(), tasks: randomSecret(), wms: randomSecret() },
    api_key: `cdk_${randomSecret()}`,
    wms_token: `wmst_${randomSecret()}`,
    wms_client: { id: 'crossdock', secret: randomSecret() },
  };
}

/** Hex, because it survives any shell, header and URL unquoted. */
function randomSecret(): string {
  return randomBytes(24).toString('hex');
}
