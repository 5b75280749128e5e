import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { problem } from '../http/problem.ts';
import './effect.ts';
import type { Fault, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

export interface RehearsalDeps {
  faults: Faults;
  requests: RequestLog;
  hangMaxMs: number;
  now: () => number;
}

/** Neither faults nor the log may get in the way of their own switches or of the supervisor. */
const EXEMPT = /^\/(?:_sandbox|health)(?:\/|$)/;

/** Logs every call and applies the faults. Mount it after the body limit, before everything else. */
export function rehearsalMiddleware(deps: RehearsalDeps): MiddlewareHandler {
  return async (c, next) => {
    if (EXEMPT.test(c.req.path)) return next();
    const at = deps.now();
    const fault = deps.faults.take({ method: c.req.method, path: c.req.path });
    const call: Call = { c, next, at, deps };
    if (fault === undefined) return pass(call);
    return FAULT_OF[fault.kind](call, fault);
  };
}

interface Call {
  c: Context;
  next: Next;
  at: number;
  deps: RehearsalDeps;
}

const FAULT_OF: Record<Fault['kind'], (call: Call, fault: Fault) => Promise<Response | void>> = {
  status: async (call, fault) => {
    const status = (fault.status ?? 503) as ContentfulStatusCode;
    await write(call, status);
    const answer = problem(call.c, {
      status,
      problem: 'rehearsed-fault',
      title: 'A rehearsed fault',
      detail: `A fault set through /_sandbox/faults answers ${status}. Nothing was done.`,
    });
    if (fault.retry_after !== null) answer.headers.set('retry-after', fault.retry_after);
    return answer;
  },
  delay: async (call, fault) => {
    await new Promise((resolve) => setTimeout(resolve, fault.delay_ms ?? 0));
    return pass(call);
  },
  hang: async (call) => {
    await write(call, null);
    await clientGone(call.c, call.deps.hangMaxMs);
    return cut(call.c);
  },
  drop_before: async (call) => {
    await write(call, null);
    return cut(call.c);
  },
  drop_after: async (call) => {
    await pass(call);
    // The setter of `res` merges the headers of the answer that it replaces, so it is emptied first.
    call.c.res = undefined;
    call.c.res = cut(call.c);
  },
};

async function pass(call: Call): Promise<void> {
  await call.next();
  const written = write(call, call.c.res.status);
  // A caller that sees its effect confirmed finds it in the log; a read is not worth the wait.
  if (call.c.get('effect') === undefined || call.c.get('effect') === 'none') {
    written.catch(() => undefined);
  } else {
    await written;
  }
}

async function write(call: Call, status: number | null): Promise<void> {
  const { c, at, deps } = call;
  const body = await c.req.text().catch(() => '');
  await deps.requests.write({
    at,
    method: c.req.method,
    path: c.req.path,
    idempotencyKey: c.req.header('idempotency-key') ?? null,
    body: body === '' ? null : body,
    status,
    effect: c.get('effect') ?? 'none',
  });
}

function bindings(c: Context): Partial<HttpBindings> {
  return (c.env ?? {}) as Partial<HttpBindings>;
}

/** Destroys the connection; the response that is returned tells the adapter to write nothing. */
function cut(c: Context): Response {
  bindings(c).incoming?.socket.destroy();
  return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
}

function clientGone(c: Context, waitMaxMs: number): Promise<void> {
  const { outgoing } = bindings(c);
  return new Promise((resolve) => {
    if (outgoing === undefined || outgoing.destroyed) return resolve();
    const done = () => {
      clearTimeout(timer);
      outgoing.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, waitMaxMs);
    outgoing.on('close', done);
  });
}
