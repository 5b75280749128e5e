import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pick } from '../../src/contracts/picks.ts';
import { startReceiver, type WebhookReceiver } from '../support/wms-receiver.ts';
import { createStage, fresh, type Answer, type WmsTarget } from '../support/wms-stage.ts';
import { inProcessTarget } from '../support/wms-target.ts';

const SECRET = 'a-webhook-secret';
const SAME = '2026-01-17T12:00:00.000Z';
const ROWS = 1000;

let target: WmsTarget & { dataDir: string };
let receiver: WebhookReceiver;
const stage = createStage({ target: () => target, receiver: () => receiver });
const { get, patch, stocked, createdPick } = stage;

beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  target = await inProcessTarget({ webhookUrl: receiver.url, webhookSecret: SECRET });
  const sku = await stocked({});
  const sqlite = new Database(join(target.dataDir, 'wms.db'), { timeout: 5000 });
  const rows = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)';
  sqlite
    .prepare(
      `${rows} insert into picks (pick_id, order_id, status, priority, preferences, sequence,
         created_at, updated_at)
       select 'P-' || i, 'O-' || i, 'CREATED', 'normal', '[]', 1, ?, ? from n`,
    )
    .run(ROWS, Date.parse(SAME), Date.parse(SAME));
  sqlite
    .prepare(
      `${rows} insert into pick_lines (pick_line, pick_id, line_id, position, sku, requested,
         allocated, picked, shipped, short, cancelled, unfilled, over, cancel_asked)
       select 'P-' || i || '/L', 'P-' || i, 'L', 1, ?, 1, 0, 0, 0, 0, 0, 1, 0, 0 from n`,
    )
    .run(ROWS, sku);
  sqlite.close();
});
afterAll(async () => {
  await target.stop();
  await receiver.close();
});

interface Page {
  items: Pick[];
  next: string | null;
}

/** Every pick that a listing shows, page by page; `between` runs after the first page. */
async function walk(query: string, between?: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const page: Answer<Page> = await get(`/picks?${query}${cursor}`);
    expect(page.status).toBe(200);
    if (cursor === '') await between?.();
    seen.push(...page.body.items.map((pick) => pick.pick_id));
    if (page.body.next === null) return seen;
    cursor = `&cursor=${page.body.next}`;
  }
}

it('shows each of a thousand picks with the same time of change once, wherever a page ends', async () => {
  for (const query of [`limit=93&updated_since=${SAME}`, 'limit=500', 'limit=93&status=CREATED']) {
    const seen = await walk(query);
    expect([query, seen.length, new Set(seen).size]).toEqual([query, ROWS, ROWS]);
  }
  const later = new Date(Date.parse(SAME) + 1).toISOString();
  expect(await walk(`limit=93&updated_since=${later}`)).toEqual([]);
});

it('shows a pick again that changes behind the reader, and loses none', async () => {
  const [first = ''] = await walk(`limit=93&updated_since=${SAME}`);
  const seen = await walk(`limit=93&updated_since=${SAME}`, () =>
    patch(`/picks/${first}`, { status: 'ASSIGNED' }),
  );
  expect([seen.length, new Set(seen).size]).toEqual([ROWS + 1, ROWS]);
  expect(seen.at(-1)).toBe(first);
});

it('shows the open picks by their status, and all picks of a reference, ended ones too', async () => {
  const sku = await stocked({ 'zone-A': 9 });
  const reference = fresh('pick:ORD');
  const ended = await createdPick([{ sku, qty: 1 }], { reference });
  await stage.post(`/picks/${ended.pick_id}/cancel`, {});
  const live = await createdPick([{ sku, qty: 1 }], { reference });
  expect((await walk(`reference=${reference}&limit=1`)).toSorted()).toEqual(
    [ended.pick_id, live.pick_id].toSorted(),
  );
  await patch(`/picks/${live.pick_id}`, { lines: [{ sku, short: 1 }] });
  await stage.receive({ sku, location: 'zone-B', qty: 1 });
  expect(await walk('status=IN_PROGRESS')).toContain(live.pick_id);
  expect(await walk('status=PARTIAL')).not.toContain(live.pick_id);
  expect(await walk(`reference=${reference}&status=CANCELLED`)).toEqual([ended.pick_id]);
});
