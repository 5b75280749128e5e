import { z } from 'zod';

export interface RehearsalSettings {
  /** Calls that the log keeps; the oldest are removed. */
  logRowsMax: number;
  /** Longer bodies are logged cut, as text. */
  logBodyCharsMax: number;
  faultsMax: number;
  /** Longest time that a hung call is held open. */
  hangMaxMs: number;
}

const count = (preset: number) => z.coerce.number().int().min(1).default(preset);

export const RehearsalEnv = {
  CROSSDOCK_SANDBOX_LOG_ROWS_MAX: count(50_000),
  CROSSDOCK_SANDBOX_LOG_BODY_CHARS_MAX: count(65_536),
  CROSSDOCK_SANDBOX_FAULTS_MAX: count(100),
  CROSSDOCK_SANDBOX_HANG_MAX_MS: count(120_000),
};

/** The settings that a parsed environment asks for. */
export function rehearsalSettingsOf(
  env: z.infer<z.ZodObject<typeof RehearsalEnv>>,
): RehearsalSettings {
  return {
    logRowsMax: env.CROSSDOCK_SANDBOX_LOG_ROWS_MAX,
    logBodyCharsMax: env.CROSSDOCK_SANDBOX_LOG_BODY_CHARS_MAX,
    faultsMax: env.CROSSDOCK_SANDBOX_FAULTS_MAX,
    hangMaxMs: env.CROSSDOCK_SANDBOX_HANG_MAX_MS,
  };
}

export const defaultRehearsalSettings: RehearsalSettings = rehearsalSettingsOf(
  z.object(RehearsalEnv).parse({}),
);
