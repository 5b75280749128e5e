import { Agent, request } from 'undici';
import { benchInput } from '../lib/child.ts';
import { servePasses } from './serve-passes.ts';
import type { Systems } from './systems.ts';

/** As many as reconciliation asks for by default. */
const PAGE_ROWS = 500;

interface ListPage {
  items: unknown[];
  next: string | null;
}

/** The bound: every page of the same three listings, read and parsed, and nothing done with it. */
const { crmUrl, wmsUrl, tasksUrl, wmsToken } = benchInput<Systems>();
const dispatcher = new Agent();
const authorization = `Bearer ${wmsToken}`;
servePasses(
  async () => {
    const orders = await readAll(`${crmUrl}/orders`);
    const picks = await readAll(`${wmsUrl}/api/v1/picks`, { authorization });
    const tasks = await readAll(`${tasksUrl}/tasks`);
    return orders + picks + tasks;
  },
  () => dispatcher.close(),
);

async function readAll(address: string, headers: Record<string, string> = {}): Promise<number> {
  let records = 0;
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(PAGE_ROWS) });
    if (cursor !== null) query.set('cursor', cursor);
    const answer = await request(`${address}?${query.toString()}`, { dispatcher, headers });
    const page = JSON.parse(await answer.body.text()) as ListPage;
    records += page.items.length;
    cursor = page.next;
  } while (cursor !== null);
  return records;
}
