import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CrmSnapshot } from '../../src/domain/commands.ts';
import type { OrderIntent } from '../../src/domain/inputs.ts';
import type { CrmNotice } from '../../src/domain/order.ts';
import {
  CONTEXT,
  expectFailuresTold,
  outcomeOf,
  sceneOf,
  type Scene,
  type VendorTarget,
} from './vendor-conformance.ts';

/** A CRM that holds the order of `CONTEXT`, and was told nothing of it. */
export interface CrmTarget extends VendorTarget {
  /** Sequences of what it was told, in order. */
  heard(): number[];
  expected: { intent: OrderIntent; lines: CrmSnapshot['lines'] };
  /** Gives the order a value that no mapping has a word for. */
  unmap(): void;
}

function noticeOf(sequence: number, backorderId: string | null = null): CrmNotice {
  return {
    sequence,
    type: backorderId === null ? 'ORDER.UPDATED' : 'BACKORDER.CREATED',
    at: Date.UTC(2026, 0, 2),
    status: 'picking',
    lines: [{ lineId: 'r1', sku: 'A1', bucket: 'picked', delta: 1, cumulative: sequence }],
    backorderId,
    pickId: null,
  };
}

export function conformsAsCrm(title: string, start: () => Promise<CrmTarget>): void {
  describe(`${title} as a CRM`, () => {
    let scene: Scene<CrmTarget>;
    beforeEach(async () => {
      scene = await sceneOf(start);
    });
    afterEach(async () => {
      await scene.connector.close();
      await scene.target.stub.close();
    });
    const tell = (notices: CrmNotice[]) =>
      scene.connector.send({ kind: 'tell_crm', key: 'crm:O:1', notices }, CONTEXT);

    test('it is told one thing after the other', async () => {
      const attempt = await tell([noticeOf(1), noticeOf(2), noticeOf(3)]);
      expect(outcomeOf(attempt, 'crm_told').upTo).toBe(3);
      expect(scene.target.heard()).toEqual([1, 2, 3]);
    });

    test('what was told stays told when a later one fails', async () => {
      let calls = 0;
      scene.target.stub.disturb(() => ((calls += 1) === 3 ? { status: 503 } : undefined));
      const attempt = await tell([noticeOf(1), noticeOf(2), noticeOf(3)]);
      expect(outcomeOf(attempt, 'crm_told').upTo).toBe(2);
    });

    test('when it disagrees it says where it stands, with what it was told of backorders', async () => {
      await tell([noticeOf(1, 'B-1'), noticeOf(2), noticeOf(3, 'B-2'), noticeOf(4), noticeOf(5)]);
      const crm = {
        sequence: 5,
        announced: [
          { type: 'BACKORDER.CREATED', backorderId: 'B-1' },
          { type: 'BACKORDER.CREATED', backorderId: 'B-2' },
        ],
        lines: scene.target.expected.lines,
      };
      expect(outcomeOf(await tell([noticeOf(2)]), 'crm_disagrees').crm).toEqual(crm);
      const look = await scene.connector.send({ kind: 'look_at_crm', key: 'l' }, CONTEXT);
      expect(outcomeOf(look, 'crm_seen').crm).toEqual(crm);
    });

    test('it is asked what it wants', async () => {
      const attempt = await scene.connector.send({ kind: 'ask_crm', key: 'a' }, CONTEXT);
      const { intent, cancel } = outcomeOf(attempt, 'crm_order');
      expect(intent).toEqual(scene.target.expected.intent);
      expect(cancel).toBeNull();
    });

    test('an order that it does not know is no failure', async () => {
      const order = { connection: 'crm', orderId: 'unknown' };
      const attempt = await scene.connector.send(
        { kind: 'ask_crm', key: 'a' },
        { ...CONTEXT, order },
      );
      expect(outcomeOf(attempt, 'crm_order').intent).toBeNull();
      expect(await scene.reader.get('get_order', { order_id: 'unknown' })).toEqual({ found: null });
    });

    test('what it wants and no mapping has a word for is refused by its code', async () => {
      scene.target.unmap();
      const attempt = await scene.connector.send({ kind: 'ask_crm', key: 'a' }, CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 200, cause: 'MAP_ENUM' });
      expect(attempt.kind === 'refused' && attempt.error).toMatch(/^MAP_ENUM /);
    });

    test('its orders are listed, and one that cannot be read is named and left to itself', async () => {
      const page = await scene.reader.list('list_orders', { sinceMs: 5, limit: 10 });
      if ('unread' in page) throw new Error(page.unread.error);
      const [good, bad] = page.records;
      expect(good).toMatchObject({ ok: true, value: { order_id: CONTEXT.order.orderId } });
      expect(bad).toMatchObject({ ok: false, id: 'bad' });
      expect(bad).toHaveProperty('error', expect.stringMatching(/^\S+: \w+: /));
      const stated = scene.reader.stated('list_orders', good?.raw);
      expect(stated).toMatchObject({ ok: true, value: { priority: 'urgent' } });
    });

    test('what befalls a call is told as it is', async () => {
      await expectFailuresTold(scene, { kind: 'tell_crm', key: 'k', notices: [noticeOf(1)] });
      await expectFailuresTold(scene, { kind: 'look_at_crm', key: 'k' });
    });

    test('a command of another kind of system is refused', async () => {
      const command = { kind: 'look_at_task', key: 'k', taskId: 'T' } as const;
      const attempt = await scene.connector.send(command, CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 0 });
    });
  });
}
