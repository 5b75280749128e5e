import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Settings shared by every process. Times are in milliseconds and end in `_MS`. */
export const CommonEnv = {
  CROSSDOCK_DATA_DIR: z.string().min(1).default('.crossdock'),
  CROSSDOCK_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
  /** Multiplies every business waiting time; never an HTTP timeout or a signature's tolerance. */
  CROSSDOCK_TIME_SCALE: z.coerce.number().positive().max(1000).default(1),
};

export type Env = Readonly<Record<string, string | undefined>>;

/** Parses the environment against a shape; one message names every bad variable at once. */
export function parseEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Env,
): z.infer<z.ZodObject<Shape>> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(present);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('config', `The configuration is not valid:\n${lines.join('\n')}`);
}

/** The only reader of the process environment. */
export function processEnv(): Env {
  return process.env;
}
