import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { copyMappings } from '../support/mappings-copy.ts';
import { scenarioStage, WAIT_MS } from '../support/scenario-stage.ts';
import { LIMIT_MAX } from '../vendors/halden/app.ts';
import { booksOfHalden, orderOf } from '../vendors/halden/books.ts';
import type { Dispatch } from '../vendors/halden/dispatch.ts';
import { haldenFiles } from '../vendors/halden/mappings.ts';
import { signedByHalden, startHalden } from '../vendors/halden/stub.ts';
import { expectVendorAgrees } from '../vendors/vendor-books.ts';
import type { SeenRequest } from '../vendors/vendor-host.ts';

const SECRET = 'webhook-secret-of-halden';
const PASSWORD = 'right-password';
const vendor = await startHalden({ password: PASSWORD, timeScale: 0.01 });
const { floor } = vendor;

/** The shipped files, Halden's beside them, and one line that sends the CRM's orders there. */
const copy = copyMappings();
for (const { path, text } of haldenFiles()) copy.write(path, text);
copy.edit('connections/crm.yaml', '\nwebhooks:', '\norders: {wms: halden}\nwebhooks:');

const stage = scenarioStage({
  CROSSDOCK_MAPPINGS_DIR: copy.directory,
  CROSSDOCK_HALDEN_URL: vendor.url,
  CROSSDOCK_HALDEN_USER: vendor.user,
  CROSSDOCK_HALDEN_PASSWORD: PASSWORD,
  CROSSDOCK_WEBHOOK_SECRET_HALDEN: SECRET,
});
const webhookUrl = () => `${stage.product().ready.urls['api']}/webhooks/halden`;

beforeAll(() => {
  vendor.webhooks.create({ url: webhookUrl(), events: '*', secret: SECRET });
});
afterAll(() => vendor.close());

const dispatchesOf = (id: string): Dispatch[] =>
  floor.dispatches.filter((dispatch) => orderOf(dispatch) === id);
const dispatchAt = (id: string, index = 0): Promise<Dispatch> =>
  eventually(() => dispatchesOf(id)[index], WAIT_MS);
const agrees = (id: string) => expectVendorAgrees(stage, booksOfHalden(floor), id);
const rowOf = ({ rows }: Dispatch, sku: string): string =>
  rows.find(({ code }) => code === sku)?.rowId ?? '';
const askedOf = (id: string) =>
  vendor.requests.filter(({ method, body }) => method === 'POST' && body.includes(id));

/** Halden picks and ships whatever it has allotted until our order has ended. */
function workUntilFulfilled(id: string): Promise<unknown> {
  return eventually(async () => {
    for (const { key, work, rows } of dispatchesOf(id)) {
      for (const { rowId, allotted } of rows) if (allotted > 0) floor.pick(key, rowId, allotted);
      if (work !== 'void' && work !== 'finished') floor.finish(key);
      if (rows.some(({ picked, shipped }) => picked > shipped)) floor.ship(key);
    }
    return (await stage.order(id)).stage === 'FULFILLED';
  }, WAIT_MS);
}

describe('an order that goes to a warehouse that files alone connect', () => {
  it('lives through opened cases, units that lack, a backorder and its shipment', async () => {
    floor.receive('SKU-111', 24);
    floor.receive('SKU-222', 5);
    floor.receive('SKU-333', 6);
    const items = [
      { sku: 'SKU-111', qty: 36 },
      { sku: 'SKU-222', qty: 5 },
      { sku: 'SKU-333', qty: 6 },
    ];
    const id = await stage.place(items, { account_priority: 'gold' });
    const first = await dispatchAt(id);
    expect(JSON.parse(askedOf(id)[0]?.body ?? '')).toMatchObject({
      dispatch: {
        parcels: [
          {
            rows: [
              { item: { code: 'SKU-111' }, amount: 3, pack: 'CASE' },
              { item: { code: 'SKU-222' }, amount: 5, pack: 'EACH' },
              { item: { code: 'SKU-333' }, amount: 1, pack: 'CASE' },
            ],
          },
        ],
      },
    });
    await stage.until(id, ({ lines: [line] }) => line.allocated === 24 && line.backordered === 12);
    floor.pick(first.key, rowOf(first, 'SKU-111'), 7);
    await stage.until(id, ({ lines: [line] }) => line.picked === 7 && line.allocated === 17);
    floor.pick(first.key, rowOf(first, 'SKU-111'), 17);
    floor.pick(first.key, rowOf(first, 'SKU-222'), 4);
    floor.pick(first.key, rowOf(first, 'SKU-333'), 6);
    floor.finish(first.key);
    await stage.until(id, ({ lines }) => lines[1].picked === 4 && lines[1].backordered === 1);
    floor.ship(first.key);
    await stage.until(id, ({ lines }) => lines[0].shipped === 24 && lines[2].shipped === 6);
    floor.receive('SKU-111', 12);
    floor.receive('SKU-222', 1);
    await workUntilFulfilled(id);
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([{ shipped: 36 }, { shipped: 5 }, { shipped: 6 }]);
    expect(dispatchesOf(id).length).toBeGreaterThan(1);
    expect(floor.stock.row('SKU-111')).toEqual({ onHand: 0, allotted: 0, staged: 0 });
  });

  it('is cancelled as a whole, and is not once something of it is picked', async () => {
    floor.receive('SKU-444', 24);
    const gone = await stage.place([{ sku: 'SKU-444', qty: 12 }]);
    await stage.until(gone, ({ lines: [line] }) => line.allocated === 12);
    await stage.cancel(gone);
    await stage.untilStage(gone, 'CANCELLED');
    await agrees(gone);
    expect(dispatchesOf(gone)).toMatchObject([{ work: 'void', rows: [{ voided: 12 }] }]);

    const kept = await stage.place([{ sku: 'SKU-444', qty: 24 }]);
    const { key, rows } = await dispatchAt(kept);
    floor.pick(key, rows[0]?.rowId ?? '', 5);
    await stage.until(kept, ({ lines: [line] }) => line.picked === 5);
    await stage.cancel(kept);
    const refused = () =>
      vendor.requests.some(({ path, status }) => {
        return path.endsWith(`/${key}/cancel`) && status === 409;
      });
    await eventually(refused, WAIT_MS);
    await workUntilFulfilled(kept);
    const closed = await agrees(kept);
    expect(closed.lines).toMatchObject([{ shipped: 24, cancelled: 0 }]);
  });

  it('whose call Halden does not let in is a dead letter that says so, and goes on when replayed', async () => {
    floor.receive('SKU-555', 3);
    vendor.setPassword('another-password');
    const id = await stage.place([{ sku: 'SKU-555', qty: 3 }]);
    const { api } = stage.product();
    const letter = await eventually(async () => {
      const { body } = await api('GET', `/dead-letters?order_id=${id}`);
      return body.items[0];
    }, WAIT_MS);
    expect(letter).toMatchObject({ kind: 'command', connection: 'halden', last_status: 401 });
    expect(letter.last_error).toContain('NOT_KNOWN');
    expect(letter.subject).toContain(id);
    vendor.setPassword(PASSWORD);
    expect((await api('POST', `/dead-letters/${letter.id}/replay`)).status).toBe(202);
    await workUntilFulfilled(id);
    await agrees(id);
  });

  it('has its events in the inbox, and none of which a byte was altered', async () => {
    const sent = vendor.webhooks.deliveries().find(({ type }) => type === 'dispatch.changed');
    expect(sent?.state).toBe('delivered');
    const known = await stage.eventOnceIt(
      `${sent?.eventId}?connection=halden`,
      ({ status }) => status === 'applied',
    );
    expect(known.connection).toBe('halden');
    const id = `ev-${randomUUID()}`;
    const body = Buffer.from((sent?.body ?? '').replace(sent?.eventId ?? '', id));
    const headers = signedByHalden(body, SECRET, Math.floor(Date.now() / 1000));
    const post = async (bytes: Buffer): Promise<number> => {
      const all = { 'content-type': 'application/json', ...headers };
      return (await fetch(webhookUrl(), { method: 'POST', body: bytes, headers: all })).status;
    };
    const altered = Buffer.from(body);
    altered.writeUInt8(altered.readUInt8(body.length - 5) ^ 1, body.length - 5);
    expect(await post(altered)).toBe(401);
    const path = `/events/${id}?connection=halden`;
    expect((await stage.product().api('GET', path)).status).toBe(404);
    expect(await post(body)).toBe(202);
    await stage.eventOnceIt(`${id}?connection=halden`, ({ status }) => status === 'late');
  });

  it('agrees with all that Halden lists, which is read page by page to its end', async () => {
    const { api } = stage.product();
    const isList = ({ method, path }: SeenRequest) =>
      method === 'GET' && path === '/svc/v3/dispatches';
    const before = vendor.requests.filter(isList).length;
    const started = await api('POST', '/reconciliation/runs', { mode: 'report' });
    const run = await eventually(async () => {
      const { body } = await api('GET', `/reconciliation/runs/${started.body.run_id}`);
      return body.finished_at === null ? undefined : body;
    }, WAIT_MS);
    expect(run).toMatchObject({ status: 'completed', counts: {}, brakes: {}, drifts: [] });
    const pages = vendor.requests.filter(isList).length - before;
    expect(floor.dispatches.length).toBeGreaterThan(2 * LIMIT_MAX);
    expect(pages).toBeGreaterThanOrEqual(floor.dispatches.length / LIMIT_MAX);
  });
});
