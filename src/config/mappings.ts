import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const HOUR_MS = 3_600_000;

const count = (min: number, standard: number, max = 1_000_000) =>
  z.coerce.number().int().min(min).max(max).default(standard);
const milliseconds = (min: number, standard: number) =>
  z.coerce.number().int().min(min).default(standard);

/** Settings of the mappings; none of them is a business time, so none is scaled. */
export const MappingsEnv = {
  ...CommonEnv,
  /** Holds rules/, connections/ and the others; the one that Crossdock ships when absent. */
  CROSSDOCK_MAPPINGS_DIR: z.string().min(1).optional(),
  /** How often the directory is looked at; 0 for never. */
  CROSSDOCK_MAPPINGS_WATCH_MS: milliseconds(0, 1000),
  /** How often the worker looks at which bundle serves. */
  CROSSDOCK_MAPPINGS_POLL_MS: milliseconds(10, 500),
  /** Part of the outputs that may change before somebody has to accept it. */
  CROSSDOCK_MAPPINGS_CHANGED_SHARE_MAX: z.coerce.number().min(0).max(1).default(0.2),
  /** Stored inputs that run through the old bundle and the new one. */
  CROSSDOCK_MAPPINGS_SHADOW_INPUTS_MAX: count(0, 200, 10_000),
  /** Changed outputs that a summary shows. */
  CROSSDOCK_MAPPINGS_SAMPLES_MAX: count(1, 20, 1000),
  /** Compiled bundles that a process keeps in memory. */
  CROSSDOCK_MAPPINGS_COMPILED_MAX: count(1, 16, 1000),
  /** Bundles stored, but for those that open orders hold. */
  CROSSDOCK_MAPPINGS_KEPT_MAX: count(2, 200),
  /** A bundle that served more recently than this is not removed: orders of it may be starting. */
  CROSSDOCK_MAPPINGS_IDLE_MIN_MS: milliseconds(0, HOUR_MS),
  /** All files of the directory together. */
  CROSSDOCK_MAPPINGS_BYTES_MAX: count(1024, 8 * 1024 * 1024, 256 * 1024 * 1024),
};

export type MappingsSettings = ReturnType<typeof loadMappingsSettings>;

export function loadMappingsSettings(env: Env) {
  const read = parseEnv(MappingsEnv, env);
  return Object.freeze({
    dataDir: read.CROSSDOCK_DATA_DIR,
    directory: read.CROSSDOCK_MAPPINGS_DIR,
    pollMs: read.CROSSDOCK_MAPPINGS_POLL_MS,
    samplesMax: read.CROSSDOCK_MAPPINGS_SAMPLES_MAX,
    compiledMax: read.CROSSDOCK_MAPPINGS_COMPILED_MAX,
    desk: {
      watchMs: read.CROSSDOCK_MAPPINGS_WATCH_MS,
      changedShareMax: read.CROSSDOCK_MAPPINGS_CHANGED_SHARE_MAX,
      shadowInputsMax: read.CROSSDOCK_MAPPINGS_SHADOW_INPUTS_MAX,
      keptMax: read.CROSSDOCK_MAPPINGS_KEPT_MAX,
      idleMinMs: read.CROSSDOCK_MAPPINGS_IDLE_MIN_MS,
      bytesMax: read.CROSSDOCK_MAPPINGS_BYTES_MAX,
    },
  });
}
