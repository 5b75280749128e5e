import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { AuditLog } from '../operations/audit/audit-log.ts';
import { actorOf } from './actor.ts';
import { redacted } from './redact.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const UNCHANGED = 'changesNothing';

interface AuditCallsOptions {
  audit: Pick<AuditLog, 'begin' | 'end' | 'drop'>;
  log: Logger;
  now: () => number;
}

/** For a handler whose call turned out to be a mere look, such as a dry run. */
export function changesNothing(c: Context): void {
  c.set(UNCHANGED, true);
}

/** Records every call of an operator that may change something, before it runs and after it. */
export function auditCalls({ audit, log, now }: AuditCallsOptions): MiddlewareHandler {
  return async (c, next) => {
    const route = matchedRoutes(c).at(-1)?.path ?? '*';
    if (READS.has(c.req.method) || route.endsWith('*')) return next();
    const body = await c.req.text();
    const id = begin(audit, {
      at: now(),
      actor: actorOf(c),
      action: `${c.req.method} ${route.replaceAll(/:([a-z_]+)/g, '{$1}')}`,
      target: c.req.path,
      reason: reasonIn(body),
      request: redacted(body),
      requestId: String(c.get('requestId')),
    });
    await next();
    try {
      if (c.get(UNCHANGED) === true) audit.drop(id);
      else audit.end(id, await outcomeOf(c.res));
    } catch (error) {
      // What was begun stays written and is recorded at the next start.
      log.error({ error: messageOf(error), target: c.req.path }, 'audit.not_recorded');
    }
  };
}

function begin(audit: AuditCallsOptions['audit'], call: Parameters<AuditLog['begin']>[0]): number {
  try {
    return audit.begin(call);
  } catch (error) {
    throw new AppError(
      'unavailable',
      'The audit cannot be written now, so nothing was done. Try again in a moment.',
      { problem: 'audit-unavailable', retryAfterMs: 5000, cause: error },
    );
  }
}

/** Why, in the words that the call itself gives. */
function reasonIn(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const given = 'reason' in parsed ? parsed.reason : 'note' in parsed ? parsed.note : null;
    return typeof given === 'string' ? given : null;
  } catch {
    return null;
  }
}

async function outcomeOf(response: Response): Promise<string> {
  const { status, headers } = response;
  if (headers.get('idempotency-replayed') === 'true') return `${status} repeated`;
  if (headers.get('content-type') !== 'application/problem+json') return String(status);
  const { type } = (await response.clone().json()) as { type?: unknown };
  return `${status} ${String(type).replace(/^.*\//, '')}`;
}
