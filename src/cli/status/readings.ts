import { z } from 'zod';
import { call } from '../call.ts';

/** What the api says of itself and of the orders; null where it could not be asked. */
export interface Readings {
  health: 'ready' | 'degraded' | 'unavailable' | null;
  inbox: {
    backlog: number;
    oldest_age_ms: number;
    drain_seconds: number | null;
    writable: boolean;
  } | null;
  temporal: { status: string; away_ms: number | null } | null;
  orders: Record<string, number> | null;
  dead_letters_open: number | null;
}

const ReadinessSchema = z.looseObject({
  status: z.enum(['ready', 'degraded', 'unavailable']),
  checks: z.looseObject({
    inbox: z.looseObject({ status: z.string() }),
    temporal: z.looseObject({ status: z.string(), away_ms: z.number().nullable() }),
    backlog: z.looseObject({
      count: z.int(),
      oldest_age_ms: z.number(),
      drain_seconds: z.number().nullable(),
    }),
  }),
});

export async function readReadings(apiUrl: string, timeoutMs: number): Promise<Readings> {
  const ask = async (path: string): Promise<{ text: string; json: unknown } | undefined> => {
    try {
      return await call({ method: 'GET', url: apiUrl + path, timeoutMs });
    } catch {
      return undefined;
    }
  };
  const [ready, metrics] = await Promise.all([ask('/health/ready'), ask('/metrics')]);
  const health = ReadinessSchema.safeParse(ready?.json).data;
  const samples = readSamples(metrics?.text ?? '');
  const checks = health?.checks;
  return {
    health: health?.status ?? null,
    inbox:
      checks === undefined
        ? null
        : {
            backlog: checks.backlog.count,
            oldest_age_ms: checks.backlog.oldest_age_ms,
            drain_seconds: checks.backlog.drain_seconds,
            writable: checks.inbox.status === 'ok',
          },
    temporal: checks?.temporal ?? null,
    orders: ordersByStage(samples),
    dead_letters_open:
      samples.find(({ name }) => name === 'crossdock_dead_letters_open')?.value ?? null,
  };
}

interface Sample {
  name: string;
  stage: string | undefined;
  value: number;
}

const SAMPLE = /^(?<name>[a-z_]+)(?:\{(?:stage="(?<stage>[^"]*)")?[^}]*\})? (?<value>\S+)$/;

/** The lines of a Prometheus text that have no label but a stage. */
function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const { name, stage, value } = SAMPLE.exec(line)?.groups ?? {};
    return name === undefined ? [] : [{ name, stage, value: Number(value) }];
  });
}

function ordersByStage(samples: readonly Sample[]): Record<string, number> | null {
  const stages = samples.filter(({ name }) => name === 'crossdock_orders');
  if (stages.length === 0) return null;
  return Object.fromEntries(stages.map(({ stage = '', value }) => [stage, value]));
}
