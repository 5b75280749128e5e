import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { msToTs } from '@temporalio/common/lib/time.js';
import { AppError, messageOf } from '../errors.ts';
import { openTemporalConnection, type TemporalTarget } from '../temporal/connect.ts';
import { SEARCH_ATTRIBUTES } from './temporal-server.ts';

interface ReadyWait {
  target: TemporalTarget;
  timeoutMs: number;
  signal: AbortSignal;
}

const POLL_MS = 100;
const CALL_TIMEOUT_MS = 5_000;
/** A server that is only starting refuses at once; a far one needs longer than the first try. */
const FIRST_PATIENCE_MS = 300;
const GRPC_ALREADY_EXISTS = 6;
const MS_PER_DAY = 86_400_000;
const ATTRIBUTE_TYPES = { Keyword: 'KEYWORD', Bool: 'BOOL', Datetime: 'DATETIME' } as const;

/** Waits until the server answers for its namespace; rejects after `timeoutMs`. */
export async function waitForNamespace({ target, timeoutMs, signal }: ReadyWait): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  for (
    let patienceMs = FIRST_PATIENCE_MS;
    ;
    patienceMs = Math.min(patienceMs * 2, CALL_TIMEOUT_MS)
  ) {
    try {
      await describeNamespace(target, Math.min(patienceMs, timeoutMs));
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() >= giveUpAt) throw unreachable(target, timeoutMs, error);
      await sleep(POLL_MS);
    }
  }
}

async function describeNamespace(target: TemporalTarget, timeoutMs: number): Promise<void> {
  const { namespace } = target;
  await call(
    target,
    ({ workflowService }) => workflowService.describeNamespace({ namespace }),
    timeoutMs,
  );
}

/** Keeps closed workflows readable for this many days. */
export async function setRetention(target: TemporalTarget, days: number): Promise<void> {
  const workflowExecutionRetentionTtl = msToTs(days * MS_PER_DAY);
  await call(target, ({ workflowService }) =>
    workflowService.updateNamespace({
      namespace: target.namespace,
      config: { workflowExecutionRetentionTtl },
    }),
  );
}

/** Adds what ops people filter by; answers the reason when the server does not allow it. */
export async function addSearchAttributes(target: TemporalTarget): Promise<string | undefined> {
  try {
    for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) {
      await addSearchAttribute(target, { name, type });
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function addSearchAttribute(
  target: TemporalTarget,
  { name, type }: { name: string; type: keyof typeof ATTRIBUTE_TYPES },
): Promise<void> {
  const valueType = encodeSearchAttributeIndexedValueType(ATTRIBUTE_TYPES[type]);
  if (valueType === undefined) return;
  const request = { namespace: target.namespace, searchAttributes: { [name]: valueType } };
  try {
    await call(target, ({ operatorService }) => operatorService.addSearchAttributes(request));
  } catch (error) {
    if (!isGrpcServiceError(error) || error.code !== GRPC_ALREADY_EXISTS) throw error;
  }
}

async function call(
  target: TemporalTarget,
  use: (connection: Connection) => Promise<unknown>,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<void> {
  const connection = openTemporalConnection(target, { connectTimeout: timeoutMs });
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () => use(connection));
  } finally {
    await connection.close();
  }
}

function unreachable(target: TemporalTarget, timeoutMs: number, cause: unknown): AppError {
  return new AppError(
    'unavailable',
    `Temporal at ${target.address} did not answer for namespace ${target.namespace} within ${timeoutMs} ms (${messageOf(cause)}). Check the address, the namespace and the TEMPORAL_* variables.`,
    { cause },
  );
}
