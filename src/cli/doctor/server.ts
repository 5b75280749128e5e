import { z } from 'zod';
import { call, type CallAnswer } from '../call.ts';
import { CliError } from '../cli-error.ts';
import type { Instance } from '../instance.ts';
import { duration } from '../table.ts';
import { failed, ok, skipped, type Check } from './check.ts';

interface ServerInput {
  instance: Instance;
  timeoutMs: number;
  clockSkewMaxMs: number;
}

const ReadinessSchema = z.looseObject({
  status: z.string(),
  checks: z.looseObject({ inbox: z.looseObject({ status: z.string() }) }),
});

/** The api of a running instance: whether it answers, knows the key, and has the same time. */
export async function checkServer(input: ServerInput): Promise<Check[]> {
  const { instance, timeoutMs } = input;
  const ask = (path: string): Promise<CallAnswer> =>
    call({
      method: 'GET',
      url: instance.apiUrl + path,
      headers: { authorization: `Bearer ${instance.apiKey}` },
      timeoutMs,
    });
  const askedAt = Date.now();
  try {
    const live = await ask('/health/live');
    const between = (askedAt + Date.now()) / 2;
    const skew = checkClock(live.headers.get('date'), between, input.clockSkewMaxMs);
    return [
      checkReady(instance.apiUrl, await ask('/health/ready')),
      checkKey(await ask('/api/v1/orders?limit=1')),
      skew,
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const remedy = 'Look at its log; where it is not started, `npm start` or `crossdock up` does.';
    return [
      failed('api', error.message, remedy),
      skipped('api-key', 'the api cannot be asked'),
      skipped('clock', 'the api cannot be asked'),
    ];
  }
}

function checkReady(apiUrl: string, answer: CallAnswer): Check {
  const readiness = ReadinessSchema.safeParse(answer.json).data;
  if (readiness === undefined) {
    const remedy = 'Name the address of the api itself, not of a proxy or of another part.';
    return failed('api', `${apiUrl} does not answer as Crossdock does`, remedy);
  }
  if (answer.status === 200) return ok('api', `${apiUrl} takes webhooks (${readiness.status})`);
  if (readiness.checks.inbox.status === 'ok') {
    const remedy = 'See why events are not handed over: is Temporal up, is the worker?';
    return failed('api', 'webhooks are refused: the backlog is full', remedy);
  }
  const remedy = 'Look at the disk that holds the data directory: is it full, or read-only?';
  return failed('api', 'webhooks are refused: the inbox cannot be written', remedy);
}

function checkKey({ status }: CallAnswer): Check {
  if (status !== 401 && status !== 403) return ok('api-key', 'it is accepted');
  const remedy =
    'Give the key of this instance: --api-key KEY, CROSSDOCK_API_KEY, or its run.json.';
  return failed('api-key', 'the server refuses the API key', remedy);
}

/** `date` is the server's own clock to the second, `between` ours halfway through the call. */
export function checkClock(date: string | null, between: number, skewMaxMs: number): Check {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) return skipped('clock', 'the server does not say its time');
  const skewMs = Math.max(0, Math.abs(at - between) - 1000);
  if (skewMs <= skewMaxMs) return ok('clock', `within ${duration(Math.max(1000, skewMs))}`);
  return failed(
    'clock',
    `this machine and the server differ by ${duration(skewMs)}`,
    'Set both clocks by NTP (timedatectl set-ntp true): events over 5 minutes off are refused.',
  );
}
