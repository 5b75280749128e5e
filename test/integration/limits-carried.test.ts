import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendInput } from '../../activities/commands.ts';
import { done, type Attempt } from '../../src/connections/attempt.ts';
import type { Capability } from '../../src/connections/capability.ts';
import { startFarSide, type FarSide } from '../support/limits-far-side.ts';
import {
  createCommandStage,
  ORDER,
  requestPick,
  ROUTE,
  type CommandStage,
} from '../support/limits-stage.ts';

let far: FarSide;
const stages: CommandStage[] = [];

beforeEach(async () => {
  far = await startFarSide();
});

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()));
  await far.close();
});

const LOST: Attempt = { kind: 'retry', status: null, retryAfter: undefined, error: 'cut off' };
const LIMITED: Attempt = { kind: 'retry', status: 429, retryAfter: undefined, error: 'HTTP 429' };
const MISSING = done({ type: 'pick_out_of_stock' });
const KEYLESS: Capability = {
  idempotentCreate: false,
  getByReference: false,
  search: { lagMs: 60_000 },
};
const REFERENCED: Capability = { idempotentCreate: true, getByReference: true, search: null };

/** A worker whose warehouse answers as the script says, and shows nothing of what it was asked. */
function worker(capability: Capability, ...script: Attempt[]) {
  const stage = createCommandStage(far);
  stages.push(stage);
  const did: string[] = [];
  const { connections } = stage;
  const connection = connections.of(requestPick('O-1'), ORDER, ROUTE);
  connections.of = async () => ({
    ...(await connection),
    connector: {
      capability,
      close: () => Promise.resolve(),
      send: () => {
        did.push('send');
        return Promise.resolve(script.shift() ?? MISSING);
      },
      find: () => {
        did.push('find');
        return Promise.resolve(null);
      },
    },
  });
  return { stage, did };
}

const input: SendInput = {
  order: ORDER,
  route: ROUTE,
  command: requestPick('O-1'),
  attemptsMax: 5,
  spent: 0,
};

describe('the doubt about an attempt', () => {
  it('goes on to a worker that was not there', async () => {
    const one = worker(KEYLESS, LOST);
    const again = await one.stage.attempt(input);
    const two = worker(KEYLESS);
    const heartbeatDetails = 'left' in again ? again.left : undefined;
    expect(heartbeatDetails).toMatchObject({ spent: 1, doubt: { how: 'lost' }, attempt: 1 });
    const waiting = await two.stage.attempt(input, { attempt: 2, heartbeatDetails });
    expect(waiting).toMatchObject({ type: 'again', left: { spent: 1, doubt: { how: 'lost' } } });
    expect([one.did, two.did]).toEqual([['find', 'send'], ['find']]);
  });

  it('is there when the attempt before was cut off and left no word', async () => {
    const { stage, did } = worker(KEYLESS);
    const stale = { spent: 0, doubt: null, attempt: 1 };
    expect(await stage.attempt(input, { attempt: 3, heartbeatDetails: stale })).toMatchObject({
      type: 'again',
      left: { spent: 0, doubt: { how: 'lost' } },
    });
    expect(did).toEqual(['find']);
  });

  it('lasts through a 429, which says nothing of the attempt before it', async () => {
    const { stage, did } = worker({ ...REFERENCED, getByReference: false }, LOST, LIMITED);
    const first = await stage.attempt(input);
    const left = (again: object): unknown => ('left' in again ? again.left : undefined);
    const second = await stage.attempt(input, { attempt: 2, heartbeatDetails: left(first) });
    expect(left(second)).toMatchObject({ spent: 2, doubt: { how: 'lost' } });
    expect(did).toEqual(['send', 'send']);
  });

  it('is taken from the first attempt, and assumed when that does not say', async () => {
    const { stage, did } = worker(REFERENCED);
    await stage.attempt({ ...input, spent: 1, doubt: null });
    expect(did).toEqual(['send']);
    await stage.attempt({ ...input, spent: 1 });
    expect(did).toEqual(['send', 'find', 'send']);
  });
});

describe('a first attempt at a vendor without keys', () => {
  it('is left to the activity that outlives its worker', async () => {
    const { stage, did } = worker(KEYLESS);
    expect(await stage.first(input)).toMatchObject({ kind: 'again', spent: 0, waitMs: 0 });
    expect(did).toEqual([]);
    expect(await stage.send(input.command)).toEqual(
      MISSING.kind === 'done' ? MISSING.outcome : null,
    );
    expect(did).toEqual(['find', 'send']);
  });
});
