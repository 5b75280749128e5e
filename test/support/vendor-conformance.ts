import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, CommandContext, Connector } from '../../src/connections/attempt.ts';
import type { HttpClient } from '../../src/connections/http.ts';
import { createVendorConnector } from '../../src/connections/vendor/create-connector.ts';
import { createVendorReader, type VendorReader } from '../../src/connections/vendor/reader.ts';
import type { Command, CommandOutcome, PickSnapshot } from '../../src/domain/commands.ts';
import type { Bundle } from '../../src/mapping/bundle.ts';
import type { ConnectionSpec } from '../../src/wiring/spec.ts';
import { clientTo } from './vendor-spec.ts';
import type { Stub } from './vendor-stub.ts';

/** What every system that is driven by a file has to do, whatever its words are. */

export interface VendorTarget {
  spec: ConnectionSpec;
  bundle: Bundle;
  stub: Stub;
}

export interface WmsTarget extends VendorTarget {
  /** One that can be had. */
  sku: string;
  /** One of which nothing is left; null when the warehouse does not say so. */
  emptySku: string | null;
  /** A priority that its mapping has no word for. */
  unmapped: { priority: 'low'; code: string } | null;
  picksUnder(reference: string): number;
  /** Picks everything, so that a cancel comes too late. */
  finish(pickId: string): void;
  stockOf: Record<string, number>;
}

export const CONTEXT: CommandContext = {
  order: { connection: 'crm', orderId: 'O 1/ä' },
  timeoutMs: 2000,
};

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

export interface Scene<Target extends VendorTarget> {
  target: Target;
  connector: Connector;
  reader: VendorReader;
  http: HttpClient;
}

export async function sceneOf<Target extends VendorTarget>(
  start: () => Promise<Target>,
): Promise<Scene<Target>> {
  const target = await start();
  const http = clientTo(target.stub.url);
  const { spec, bundle: maps } = target;
  return {
    target,
    http,
    connector: createVendorConnector({ spec, maps, http, linkTo: (id) => `https://x/a/${id}` }),
    reader: createVendorReader({ spec, maps, http, timeoutMs: 2000 }),
  };
}

export function outcomeOf<Type extends CommandOutcome['type']>(
  attempt: Attempt | null,
  type: Type,
): Extract<CommandOutcome, { type: Type }> {
  expect(attempt).toMatchObject({ kind: 'done', outcome: { type } });
  if (attempt?.kind !== 'done' || attempt.outcome.type !== type) throw new Error('never');
  return attempt.outcome as Extract<CommandOutcome, { type: Type }>;
}

export function requestOf(sku: string, reference = 'pick:O:1:1'): Of<'request_pick'> {
  return {
    kind: 'request_pick',
    key: reference,
    priority: 'normal',
    requestedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    lines: [
      { lineId: 'L-1', sku, qty: 3 },
      { lineId: 'L-2', sku: `${sku}-B`, qty: 2 },
    ],
  };
}

function lookOf(pick: PickSnapshot, reference = 'pick:O:1:1'): Of<'look_at_pick'> {
  return { kind: 'look_at_pick', key: 'look:1', reference, pickId: pick.pickId };
}

function cancelOf(pick: PickSnapshot, lines: string[] | null): Of<'cancel_pick'> {
  const [key, reference] = ['cancel:1', 'pick:O:1:1'];
  return { kind: 'cancel_pick', key, reference, pickId: pick.pickId, lines, reason: 'no more' };
}

export function conformsAsWms(title: string, start: () => Promise<WmsTarget>): void {
  describe(`${title} as a warehouse`, () => {
    let scene: Scene<WmsTarget>;
    beforeEach(async () => {
      scene = await sceneOf(start);
    });
    afterEach(async () => {
      await scene.connector.close();
      await scene.target.stub.close();
    });
    const made = async (reference?: string): Promise<PickSnapshot> => {
      const { connector, target } = scene;
      const attempt = await connector.send(requestOf(target.sku, reference), CONTEXT);
      return outcomeOf(attempt, 'pick_accepted').pick;
    };

    test('a pick is made of the lines that are asked for', async () => {
      const { lines } = await made();
      const { sku } = scene.target;
      expect(lines.map(({ sku, requested }) => ({ sku, requested }))).toEqual([
        { sku, requested: 3 },
        { sku: `${sku}-B`, requested: 2 },
      ]);
      expect(scene.target.picksUnder('pick:O:1:1')).toBe(1);
    });

    test('what was made is found by our reference, and what was not is not', async () => {
      const { connector, target } = scene;
      for (const other of ['pick:O:1:11', 'pick:O:1:12', 'pick:O:1:13']) await made(other);
      expect(await connector.find?.(requestOf(target.sku), CONTEXT)).toBeNull();
      const pick = await made();
      const found = await connector.find?.(requestOf(target.sku), CONTEXT);
      expect(outcomeOf(found ?? null, 'pick_accepted').pick).toEqual(pick);
      expect(await connector.find?.(lookOf(pick), CONTEXT)).toBeNull();
    });

    test('a request whose answer was lost is found, or repeated, and made once', async () => {
      const { connector, target } = scene;
      target.stub.disturb(({ method }) => (method === 'POST' ? 'cut' : undefined));
      const lost = await connector.send(requestOf(target.sku), CONTEXT);
      expect(lost).toMatchObject({ kind: 'retry', status: null });
      target.stub.disturb(null);
      const found = await connector.find?.(requestOf(target.sku), CONTEXT);
      outcomeOf(found ?? null, 'pick_accepted');
      if (target.spec.can.idempotentCreate) {
        outcomeOf(await connector.send(requestOf(target.sku), CONTEXT), 'pick_accepted');
      }
      expect(target.picksUnder('pick:O:1:1')).toBe(1);
    });

    test('its capability is what its file says', () => {
      const { can } = scene.target.spec;
      expect(scene.connector.capability).toEqual({
        idempotentCreate: can.idempotentCreate,
        getByReference: can.find === 'reference',
        search: can.find === 'search' ? { lagMs: can.searchLagMs } : null,
      });
    });

    test('nothing left of anything is no failure', async () => {
      const { connector, target } = scene;
      if (target.emptySku === null) return;
      const request = requestOf(target.emptySku);
      const lines = request.lines.slice(0, 1);
      const attempt = await connector.send({ ...request, lines }, CONTEXT);
      outcomeOf(attempt, 'pick_out_of_stock');
      expect(target.picksUnder(request.key)).toBe(0);
    });

    test('a pick is seen, and one that is not there is missing', async () => {
      const pick = await made();
      const seen = await scene.connector.send(lookOf(pick), CONTEXT);
      expect(outcomeOf(seen, 'pick_seen').pick).toEqual(pick);
      const none = await scene.connector.send(lookOf({ ...pick, pickId: '99999' }), CONTEXT);
      outcomeOf(none, 'pick_missing');
    });

    test('a change of priority is told where there is a call for it, and else refused', async () => {
      const { connector, target } = scene;
      const { pickId } = await made();
      const told = target.stub.calls.length;
      const [reference, priority] = ['pick:O:1:1', 'urgent'] as const;
      const command: Command = { kind: 'update_pick', key: 'u:1', reference, pickId, priority };
      const attempt = await connector.send(command, CONTEXT);
      if (target.spec.calls.has('update_pick')) {
        outcomeOf(attempt, 'pick_seen');
        const missing = await connector.send({ ...command, pickId: '99999' }, CONTEXT);
        outcomeOf(missing, 'pick_missing');
      } else {
        expect(attempt).toMatchObject({ kind: 'refused', status: 0 });
        expect(target.stub.calls).toHaveLength(told);
      }
    });

    test('a whole pick is cancelled, or a person has to', async () => {
      const pick = await made();
      const attempt = await scene.connector.send(cancelOf(pick, null), CONTEXT);
      if (scene.target.spec.can.cancel === 'none') {
        outcomeOf(attempt, 'cancel_impossible');
      } else {
        const answered = outcomeOf(attempt, 'cancel_answered');
        expect(answered.result).toBe('ACCEPTED');
        expect(answered.pick.pickId).toBe(pick.pickId);
        expect(answered.answered).toEqual(pick.lines.flatMap(({ lineId }) => lineId ?? []));
      }
    });

    test('some lines are cancelled, or a person has to', async () => {
      const pick = await made();
      const attempt = await scene.connector.send(cancelOf(pick, ['L-2']), CONTEXT);
      if (scene.target.spec.can.cancel !== 'lines') {
        const { detail } = outcomeOf(attempt, 'cancel_impossible');
        expect(detail).toContain(pick.pickId);
        expect(scene.target.stub.calls.at(-1)?.method).not.toBe('DELETE');
      } else {
        const answered = outcomeOf(attempt, 'cancel_answered');
        expect(answered.answered).toEqual(['L-2']);
        expect(answered.pick.lines.map(({ cancelled }) => cancelled)).toEqual([0, 2]);
      }
    });

    test('a cancel that comes too late is rejected, with the pick as it stands', async () => {
      const { connector, target } = scene;
      if (target.spec.can.cancel === 'none') return;
      const pick = await made();
      target.finish(pick.pickId);
      const attempt = await connector.send(cancelOf(pick, null), CONTEXT);
      const answered = outcomeOf(attempt, 'cancel_answered');
      expect(answered.result).toBe('REJECTED');
      expect(answered.pick.lines.map(({ picked }) => picked)).toEqual([3, 2]);
    });

    test('a word that no mapping has is refused by its code and sent to nobody', async () => {
      const { connector, target } = scene;
      if (target.unmapped === null) return;
      const { priority, code } = target.unmapped;
      const attempt = await connector.send({ ...requestOf(target.sku), priority }, CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 0, cause: code });
      expect(attempt.kind === 'refused' && attempt.error).toMatch(
        new RegExp(`^${code} .*@\\d+ priority -> .*rules/.*:\\d+:\\d+.*Mend the mapping`),
      );
      expect(target.stub.calls).toHaveLength(0);
    });

    test('every pick is listed once, over all pages, and read as a look reads it', async () => {
      const { reader } = scene;
      const ids = [];
      for (let n = 1; n <= 5; n += 1) ids.push((await made(`pick:O:${n}:1`)).pickId);
      const listed: string[] = [];
      let cursor: string | null | undefined;
      for (let pages = 0; pages < 9 && cursor !== null; pages += 1) {
        const page = await reader.list('list_picks', { sinceMs: 0, limit: 3, cursor });
        if ('unread' in page) throw new Error(page.unread.error);
        for (const record of page.records) {
          if (!record.ok) throw new Error(record.error);
          listed.push(record.value.pick_id);
          const one = await reader.get('look_at_pick', { pick_id: record.value.pick_id });
          expect(one).toMatchObject({ found: record.value });
        }
        cursor = page.next;
      }
      expect(cursor).toBeNull();
      expect(listed).toEqual(ids);
      expect(await reader.get('look_at_pick', { pick_id: '99999' })).toEqual({ found: null });
    });

    test('stock is summed over its places', async () => {
      for (const [sku, units] of Object.entries(scene.target.stockOf)) {
        expect(await scene.reader.stock(sku)).toBe(units);
      }
    });

    test('it serves', async () => {
      expect(await scene.reader.alive()).toMatchObject({ kind: 'answer', status: 200 });
    });

    test('what befalls a call is told as it is', async () => {
      await expectFailuresTold(scene, requestOf(scene.target.sku));
      await expectFailuresTold(scene, lookOf({ ...SOME_PICK }));
    });

    test('an answer that cannot be read says which field is wrong', async () => {
      const pick = await made();
      scene.target.stub.disturb(({ method }) =>
        method === 'GET' ? { status: 200, body: { nothing: 'here' } } : undefined,
      );
      const attempt = await scene.connector.send(lookOf(pick), CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 200 });
      expect(attempt.kind === 'refused' && attempt.error).toMatch(
        /^HTTP 200, but the body is not \S+: \w+: /,
      );
      expect(await scene.reader.get('look_at_pick', { pick_id: '1' })).toHaveProperty('unread');
      expect(await scene.reader.list('list_picks', { limit: 5 })).toHaveProperty('unread');
    });

    test('a command of another kind of system is refused', async () => {
      const attempt = await scene.connector.send({ kind: 'ask_crm', key: 'k' }, CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 0 });
    });
  });
}

const SOME_PICK: PickSnapshot = { pickId: '1', status: 'CREATED', sequence: 0, lines: [] };

/** A status that no rule reads is judged by the status table of seed 4. */
export async function expectFailuresTold(
  { connector, target }: Scene<VendorTarget>,
  command: Command,
): Promise<void> {
  const { stub } = target;
  const withFault = async (rule: Parameters<Stub['disturb']>[0], timeoutMs = 2000) => {
    stub.disturb(rule);
    const attempt = await connector.send(command, { ...CONTEXT, timeoutMs });
    stub.disturb(null);
    return attempt;
  };
  for (const status of [408, 425, 429, 500, 502, 503]) {
    const headers = { 'retry-after': '7' };
    const attempt = await withFault(() => ({ status, headers, text: 'no' }));
    expect(attempt).toEqual({
      kind: 'retry',
      status,
      retryAfter: '7',
      error: `HTTP ${status}: no`,
    });
  }
  for (const status of [400, 402, 418]) {
    const attempt = await withFault(() => ({ status, text: 'never' }));
    expect(attempt).toEqual({ kind: 'refused', status, error: `HTTP ${status}: never` });
  }
  for (const status of [401, 403]) {
    const attempt = await withFault(() => ({ status, text: 'who are you' }));
    expect(attempt).toMatchObject({ kind: 'refused', status });
    expect(attempt.kind === 'refused' && attempt.error).toMatch(
      /^HTTP 40[13]: who are you .* refuses our credentials, so nothing was done\. Look at auth in /,
    );
  }
  expect(await withFault(() => 'hang', 100)).toMatchObject({ kind: 'retry', status: null });
}
