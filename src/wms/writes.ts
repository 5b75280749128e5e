import type { Problem } from '../contracts/problem.ts';
import { GroupCommit } from '../db/group-commit.ts';
import type { Sqlite } from '../db/open.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { AppError } from '../errors.ts';
import { PROBLEM_BASE } from '../http/problem.ts';
import type { IdempotencyStore } from './store/idempotency-store.ts';
import { runWork, type Stores, type Work } from './work.ts';

export interface WriteAnswer {
  status: 200 | 201 | 202;
  /** Made once the whole change is written, so that it shows its end. */
  body(): unknown;
}

export interface WriteCall {
  /** Method and path: a key means something else on another call. */
  scope: string;
  key: string | undefined;
  requestHash: string;
  /** Whether a stored answer is still true; one that is not is forgotten and the call performed. */
  holds?: ((answer: SentAnswer) => boolean) | undefined;
}

export interface WriteRequest extends WriteCall {
  requestId: string;
  change(work: Work): WriteAnswer;
}

export interface SentAnswer {
  status: number;
  contentType: string;
  body: string;
  replayed: boolean;
}

type Outcome = { answer: SentAnswer } | { error: unknown };

export interface WritesDeps {
  sqlite: Sqlite;
  stores: Stores;
  idempotency: IdempotencyStore;
  delivery: Pick<Delivery, 'enqueue' | 'wake'>;
  now: () => number;
  batchMax: number;
  queueMax: number;
}

/** A refusal that holds for good under its key: the caller has acted on it. */
const FINAL_PROBLEM = 'out-of-stock';

/**
 * The only way in which an HTTP call changes the warehouse. Stock, picks, outbox and the stored
 * answer of an `Idempotency-Key` are one transaction, shared with other calls of the same moment;
 * each call has a savepoint of its own, so that one refused call takes nothing else with it.
 */
export function createWrites(deps: WritesDeps) {
  const savepoint = deps.sqlite.transaction((request: WriteRequest) =>
    runWork(deps, (work) => request.change(work)),
  );
  const commits = new GroupCommit<WriteRequest, Outcome>({
    sqlite: deps.sqlite,
    write: (request) => writeOnce({ deps, request, perform: () => savepoint(request) }),
    batchMax: deps.batchMax,
    queueMax: deps.queueMax,
  });
  return {
    /** The answer that a repeat of the call gets; undefined when it is none. */
    stored: (call: WriteCall): SentAnswer | undefined => replay(deps, call),
    async run(request: WriteRequest): Promise<SentAnswer> {
      const outcome = await commits.submit(request);
      if ('error' in outcome) throw outcome.error;
      if (!outcome.answer.replayed) deps.delivery.wake();
      return outcome.answer;
    },
  };
}

export type Writes = ReturnType<typeof createWrites>;

interface WriteOnce {
  deps: WritesDeps;
  request: WriteRequest;
  perform(): WriteAnswer;
}

function writeOnce({ deps, request, perform }: WriteOnce): Outcome {
  try {
    const stored = replay(deps, request);
    if (stored !== undefined) return { answer: stored };
    const answer = performOrRefuse(request, perform);
    if (request.key !== undefined) {
      const { scope, key, requestHash } = request;
      const { status, contentType, body } = answer;
      deps.idempotency.insert({
        ...{ scope, key, requestHash, status, contentType, body },
        at: deps.now(),
      });
    }
    return { answer };
  } catch (error) {
    if (isStoreFailure(error)) throw error;
    return { error };
  }
}

function replay(deps: WritesDeps, request: WriteCall): SentAnswer | undefined {
  if (request.key === undefined) return undefined;
  const stored = deps.idempotency.find(request.scope, request.key);
  if (stored === undefined) return undefined;
  const answer = { ...stored, replayed: true };
  if (request.holds?.(answer) === false) {
    deps.idempotency.remove(request.scope, request.key);
    return undefined;
  }
  if (stored.requestHash === request.requestHash) return answer;
  throw new AppError(
    'conflict',
    `The Idempotency-Key ${request.key} was used before with another body. Nothing was changed; send the first body again to get its answer, or a new key for a new request.`,
    { problem: 'idempotency-key-reused' },
  );
}

function performOrRefuse(request: WriteRequest, perform: () => WriteAnswer): SentAnswer {
  try {
    const { status, body } = perform();
    return {
      status,
      contentType: 'application/json',
      body: JSON.stringify(body()),
      replayed: false,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.problem !== FINAL_PROBLEM) throw error;
    const body: Problem = {
      ...error.members,
      type: PROBLEM_BASE + error.problem,
      title: 'Out of stock',
      status: 409,
      detail: error.message,
      instance: request.requestId,
    };
    return {
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify(body),
      replayed: false,
    };
  }
}

/** A full or broken disk fails the commit for all; anything else is the fault of one call. */
function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const { code } = error;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return false;
  return !code.startsWith('SQLITE_CONSTRAINT');
}
