import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const count = (min: number, standard: number) => z.coerce.number().int().min(min).default(standard);
const DAY_MS = 86_400_000;

const isMasterKey = (value: string): boolean => value.length >= 32;

/** Settings of what operators change of a connection: its secrets and whether it is paused. */
export const SecretsEnv = {
  ...CommonEnv,
  /**
   * What rotated secrets are encrypted under. Several keys are separated by commas: the first one
   * seals, the others open what they sealed. Without one no secret can be rotated.
   */
  CROSSDOCK_MASTER_KEY: z
    .string()
    .transform((text) => text.split(',').map((value) => value.trim()))
    .refine((values) => values.every(isMasterKey), 'each key must have at least 32 characters')
    .optional(),
  /** How long a rotated secret goes on working, unless the call says so; never scaled. */
  CROSSDOCK_SECRET_OVERLAP_MS: count(0, DAY_MS),
  CROSSDOCK_SECRET_OVERLAP_MAX_MS: count(0, 7 * DAY_MS),
  /** Body of a request that the signature doctor looks at, in base64 with its headers. */
  CROSSDOCK_DOCTOR_BODY_BYTES_MAX: count(1024, 524_288),
};

export type SecretsSettings = ReturnType<typeof loadSecretsSettings>;

export function loadSecretsSettings(env: Env) {
  const read = parseEnv(SecretsEnv, env);
  const overlapMaxMs = read.CROSSDOCK_SECRET_OVERLAP_MAX_MS;
  return {
    masterKeys: read.CROSSDOCK_MASTER_KEY ?? [],
    overlapMs: Math.min(read.CROSSDOCK_SECRET_OVERLAP_MS, overlapMaxMs),
    overlapMaxMs,
    doctorBodyBytesMax: read.CROSSDOCK_DOCTOR_BODY_BYTES_MAX,
  };
}
