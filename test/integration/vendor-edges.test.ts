import { afterEach, describe, expect, test } from 'vitest';
import type { Connector } from '../../src/connections/attempt.ts';
import { createUnknownOutcomes } from '../../src/connections/unknown-outcome.ts';
import { createVendorConnector } from '../../src/connections/vendor/create-connector.ts';
import type { Command } from '../../src/domain/commands.ts';
import type { CallName, CallSpec, ConnectionSpec } from '../../src/wiring/spec.ts';
import { startAcme } from '../support/vendor-acme.ts';
import { startBare } from '../support/vendor-bare.ts';
import {
  CONTEXT,
  outcomeOf,
  requestOf,
  sceneOf,
  type Scene,
  type WmsTarget,
} from '../support/vendor-conformance.ts';
import { clientTo } from '../support/vendor-spec.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function stage(start: () => Promise<WmsTarget>): Promise<Scene<WmsTarget>> {
  const scene = await sceneOf(start);
  open.push(scene.target.stub, scene.connector);
  return scene;
}

type Changes = Partial<Record<CallName, Partial<CallSpec> | null>>;

/** The same system under another file. */
function rewired(
  { target }: Scene<WmsTarget>,
  calls: Changes,
  can: Partial<ConnectionSpec['can']> = {},
): Connector {
  const { spec, bundle: maps, stub } = target;
  const changed = new Map(spec.calls);
  for (const [name, change] of Object.entries(calls) as [CallName, Partial<CallSpec> | null][]) {
    const before = changed.get(name);
    if (change === null) changed.delete(name);
    else if (before !== undefined) changed.set(name, { ...before, ...change });
  }
  const http = clientTo(stub.url);
  const connector = createVendorConnector({
    ...{ maps, http, linkTo: (id: string) => id },
    spec: { ...spec, calls: changed, can: { ...spec.can, ...can } },
  });
  open.push(connector);
  return connector;
}

function look(pickId: string): Command {
  return { kind: 'look_at_pick', key: 'l', reference: 'pick:O:1:1', pickId };
}

function cancel(pickId: string): Command {
  const [key, reference] = ['c', 'pick:O:1:1'];
  return { kind: 'cancel_pick', key, reference, pickId, lines: null, reason: null };
}

describe('a request for a pick', () => {
  test('that exists already is ours, and found by our reference', async () => {
    const { connector, target } = await stage(startAcme);
    const made = outcomeOf(await connector.send(requestOf('A1'), CONTEXT), 'pick_accepted');
    target.stub.disturb(({ path, method }) =>
      method === 'POST' && path === '/v2/orders'
        ? { status: 409, body: { error: 'twin-of-an-order' } }
        : undefined,
    );
    const again = await connector.send(requestOf('A1'), CONTEXT);
    expect(outcomeOf(again, 'pick_accepted')).toEqual(made);
  });

  test('that exists and is not found is refused, or looked for again by a search that is behind', async () => {
    const acme = await stage(startAcme);
    const exists = () => ({ status: 409, body: { error: 'twin-of-an-order' } });
    acme.target.stub.disturb(({ method }) => (method === 'POST' ? exists() : undefined));
    const refused = await acme.connector.send(requestOf('A1'), CONTEXT);
    expect(refused).toMatchObject({ kind: 'refused', status: 200 });
    const searching = rewired(acme, {}, { find: 'search' });
    const again = await searching.send(requestOf('A1'), CONTEXT);
    expect(again).toMatchObject({ kind: 'retry', status: null });
  });

  test('whose pick cannot be looked at is not sent again, but looked for', async () => {
    const { connector, target } = await stage(startBare);
    const outcomes = createUnknownOutcomes(Date.now);
    const send = (command: Command) =>
      outcomes.send({ connector, command, context: CONTEXT, doubt: null });
    const faults = [{ status: 500 }, { status: 404 }, { status: 429 }, 'cut'] as const;
    for (const [n, fault] of faults.entries()) {
      const request = requestOf('A1', `pick:O:${n}:1`);
      target.stub.disturb(({ path }) => (/^\/jobs\/\d/.test(path) ? fault : undefined));
      expect(await send(request)).toMatchObject({ attempt: { kind: 'retry', status: null } });
      target.stub.disturb(null);
      expect(await send(request)).toMatchObject({ attempt: { kind: 'done' } });
      expect(target.picksUnder(request.key)).toBe(1);
    }
  });

  test('whose answer says nothing is found by our reference', async () => {
    const scene = await stage(startAcme);
    const connector = rewired(scene, { request_pick: { receive: null } });
    outcomeOf(await connector.send(requestOf('A1'), CONTEXT), 'pick_accepted');
    scene.target.stub.disturb(({ method }) => (method === 'GET' ? { status: 500 } : undefined));
    const attempt = await connector.send(requestOf('A1'), CONTEXT);
    expect(attempt).toMatchObject({ kind: 'retry', status: null });
  });

  test('is idempotent by the header of the vendor, and carries no key where it has none', async () => {
    const acme = await stage(startAcme);
    await acme.connector.send(requestOf('A1'), CONTEXT);
    expect(acme.target.stub.calls[0]?.headers).toMatchObject({ 'x-request-id': 'pick:O:1:1' });
    expect(acme.target.stub.calls[0]?.headers).not.toHaveProperty('idempotency-key');
    const bare = await stage(startBare);
    await bare.connector.send(requestOf('A1'), CONTEXT);
    expect(JSON.stringify(bare.target.stub.calls[0]?.headers)).not.toContain('pick:O');
  });

  test('prefers a pick that was not cancelled', async () => {
    const { connector, target } = await stage(startAcme);
    const made = outcomeOf(await connector.send(requestOf('A1'), CONTEXT), 'pick_accepted');
    const body = { no: 'X', ext_ref: 'pick:O:1:1', state: 'STOPPED', rev: 1, rows: [] };
    const rows = [body, { ...body, no: 'Y', state: 'NEW' }];
    target.stub.disturb(() => ({ status: 200, body: { page: { rows, after: null } } }));
    const found = await connector.find?.(requestOf('A1'), CONTEXT);
    expect(outcomeOf(found ?? null, 'pick_accepted').pick.pickId).toBe('Y');
    expect(made.pick.pickId).not.toBe('Y');
  });
});

describe('a pick of a warehouse that names no lines and numbers no events', () => {
  test('has lines without an id, and the sequence 0 of a latest answer', async () => {
    const { connector } = await stage(startBare);
    const { pick } = outcomeOf(await connector.send(requestOf('A1'), CONTEXT), 'pick_accepted');
    expect(pick).toMatchObject({ sequence: 0, lines: [{ lineId: null, sku: 'A1' }, {}] });
  });
});

describe('the rules of a file', () => {
  test('come before the status, and the first that fits holds', async () => {
    const scene = await stage(startAcme);
    const connector = rewired(scene, {
      look_at_pick: {
        outcomes: [
          {
            statuses: [200],
            where: [{ path: ['error'], op: 'exists', exists: true }],
            means: 'retry',
          },
          { statuses: null, where: [{ path: ['gone'], op: 'eq', value: true }], means: 'missing' },
          { statuses: [500], where: [], means: 'refused' },
          { statuses: [404], where: [], means: 'rejected' },
        ],
      },
    });
    const answer = async (status: number, body: unknown) => {
      scene.target.stub.disturb(() => ({ status, body }));
      return connector.send(look('1'), CONTEXT);
    };
    expect(await answer(200, { error: 'busy' })).toMatchObject({ kind: 'retry', status: 200 });
    outcomeOf(await answer(418, { gone: true }), 'pick_missing');
    expect(await answer(500, {})).toMatchObject({ kind: 'refused', status: 500 });
    const meaningless = await answer(404, {});
    expect(meaningless).toMatchObject({ kind: 'refused', status: 404 });
    expect(meaningless).toHaveProperty('error', expect.stringContaining('means rejected'));
    outcomeOf(await answer(410, {}), 'pick_missing');
  });

  test('may call a failure as good as done: what became of it is then looked at', async () => {
    const scene = await stage(startAcme);
    const connector = rewired(scene, {
      cancel_pick: { outcomes: [{ statuses: [409], where: [], means: 'ok' }] },
    });
    const { pick } = outcomeOf(await connector.send(requestOf('A1'), CONTEXT), 'pick_accepted');
    scene.target.stub.disturb(({ path }) => (path.endsWith('/stop') ? { status: 409 } : undefined));
    const answered = outcomeOf(
      await connector.send(cancel(pick.pickId), CONTEXT),
      'cancel_answered',
    );
    expect(answered.pick).toEqual(pick);
  });
});

describe('a cancel', () => {
  test('answered by the pick says by itself what it came to', async () => {
    const scene = await stage(startAcme);
    const connector = rewired(scene, { cancel_pick: { receive: 'acme.pick_record' } });
    const row = { line: 'L-1', article: 'A1', want: 3, held: 0, sent: 0, missing: 0 };
    const answer = async (taken: number, dropped: number) => {
      const rows = [{ ...row, taken, dropped }];
      const body = { no: 'N', ext_ref: null, state: 'WORK', rev: 2, rows };
      scene.target.stub.disturb(() => ({ status: 200, body }));
      return outcomeOf(await connector.send(cancel('N'), CONTEXT), 'cancel_answered').result;
    };
    expect(await answer(0, 3)).toBe('ACCEPTED');
    expect(await answer(0, 0)).toBe('ACCEPTED');
    expect(await answer(1, 2)).toBe('PARTIALLY_ACCEPTED');
    expect(await answer(3, 0)).toBe('REJECTED');
  });

  test('where there is none asks nobody but a person', async () => {
    const scene = await stage(startAcme);
    const attempt = await rewired(scene, {}, { cancel: 'none' }).send(cancel('N'), CONTEXT);
    expect(outcomeOf(attempt, 'cancel_impossible').detail).toContain('The acme system');
    expect(scene.target.stub.calls).toHaveLength(0);
  });
});

describe('what cannot be sent', () => {
  test('goes nowhere and says why', async () => {
    const scene = await stage(startAcme);
    const { connector, target } = scene;
    for (const pickId of ['.', '..', '\ud800']) {
      expect(await connector.send(look(pickId), CONTEXT)).toMatchObject({
        ...{ kind: 'refused', status: 0 },
        error: expect.stringContaining('look_at_pick of acme cannot be sent'),
      });
    }
    const without = await rewired(scene, { look_at_pick: null }).send(look('1'), CONTEXT);
    expect(without).toMatchObject({ kind: 'refused', status: 0 });
    expect(without).toHaveProperty(
      'error',
      'acme has no call look_at_pick: write it in connections/acme.yaml.',
    );
    expect(target.stub.calls).toHaveLength(0);
  });

  test('a state that the mapping has no word for is refused by its code', async () => {
    const { connector, target } = await stage(startAcme);
    const body = { no: 'N', ext_ref: null, state: 'UNHEARD', rev: 2, rows: [] };
    target.stub.disturb(() => ({ status: 200, body }));
    expect(await connector.send(look('N'), CONTEXT)).toMatchObject({
      ...{ kind: 'refused', status: 200, cause: 'MAP_ENUM' },
      error: expect.stringMatching(
        /^MAP_ENUM acme.pick_record@2 state -> status \(rules.pick.yaml/,
      ),
    });
  });
});

describe('a listing', () => {
  test('that does not go on, or is none, concludes nothing', async () => {
    const { reader, target } = await stage(startAcme);
    const list = async (page: unknown, cursor?: string) => {
      target.stub.disturb(() => ({ status: 200, body: { page } }));
      return reader.list('list_picks', { limit: 5, cursor });
    };
    expect(await list({ rows: [], after: null })).toEqual({ records: [], next: null });
    expect(await list({ rows: [], after: 'p2' }, 'p1')).toEqual({ records: [], next: 'p2' });
    expect(await list({ rows: [], after: 'p1' }, 'p1')).toHaveProperty('unread');
    expect(await list({ rows: [], after: {} })).toHaveProperty('unread');
    expect(await list({ rows: { length: 0 }, after: null })).toEqual({
      unread: { status: 200, error: 'HTTP 200, but the body is not a list at page.rows' },
    });
    target.stub.disturb(() => ({ status: 500, text: 'name and address of a customer' }));
    expect(await reader.list('list_picks', { limit: 5 })).toEqual({
      unread: { status: 500, error: 'HTTP 500' },
    });
    expect(await reader.list('list_tasks', { limit: 5 })).toHaveProperty('unread');
  });

  test('names what it cannot read and goes on', async () => {
    const { reader, target } = await stage(startAcme);
    const good = { no: 'N 1', ext_ref: null, state: 'NEW', rev: 1, rows: [] };
    const rows = [{ ...good, state: 'UNHEARD', no: 'N 2' }, good, { nothing: 1 }];
    target.stub.disturb(() => ({ status: 200, body: { page: { rows, after: null } } }));
    const page = await reader.list('list_picks', { limit: 5 });
    expect(page).toMatchObject({
      records: [
        { ok: false, id: 'N 2', error: expect.stringMatching(/^MAP_ENUM/), raw: rows[0] },
        { ok: true, value: { pick_id: 'N 1' }, raw: good },
        { ok: false, id: 'unreadable' },
      ],
    });
  });

  test('of stock that cannot be read is no number', async () => {
    const { reader, target } = await stage(startAcme);
    target.stub.disturb(() => ({ status: 503 }));
    expect(await reader.stock('A1')).toEqual({ unread: { status: 503, error: 'HTTP 503' } });
    target.stub.disturb(() => ({ status: 200, body: { rows: [{ article: 'A1', free: -1 }] } }));
    expect(await reader.stock('A1')).toHaveProperty('unread');
    target.stub.disturb(({ query }) => ({
      status: 200,
      body: { rows: [{ article: 'A1', free: 1 }], after: `${query['after'] ?? ''}x` },
    }));
    expect(await reader.stock('A1')).toHaveProperty('unread');
    expect(await reader.get('look_at_pick', {})).toMatchObject({ unread: { status: null } });
  });
});
