import { valueAt } from '../../wiring/condition.ts';
import type { CallName, CallSpec, Paging } from '../../wiring/spec.ts';
import { unreadable, type Attempt } from '../attempt.ts';
import type { HttpAnswer } from '../http.ts';
import { ask, meaningless, type Asking, type Vendor } from './ask.ts';
import type { Names } from './template.ts';

export interface PageAsking {
  call: CallName;
  names: Names;
  /** What the page before gave as `next`; undefined for the first page. */
  cursor?: string | undefined;
  limit: number;
  timeoutMs: number;
}

export type PageRead =
  | { ok: true; items: unknown[]; next: string | null; call: CallSpec; answer: HttpAnswer }
  | { ok: false; attempt: Attempt; answer: HttpAnswer | null };

/** One page of a list; `next` null after the last. */
export async function readPage(vendor: Vendor, asking: PageAsking): Promise<PageRead> {
  const { call, names, cursor, limit, timeoutMs } = asking;
  const paging = vendor.spec.calls.get(call)?.paging ?? null;
  const asked = await ask(vendor, {
    ...{ call, timeoutMs, names: { ...names, limit, ...spotOf(paging, cursor) } },
    ...queryOf(paging, cursor),
  });
  if (!asked.ok) return asked;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return { ok: true, items: [], next: null, call: asked.call, answer };
  if (meaning === 'ok') return pageIn(asked.call, { asking, answer });
  return { ok: false, attempt: meaningless(vendor, { call, meaning, answer }), answer };
}

function pageIn(call: CallSpec, { asking, answer }: Omit<Page, 'count'>): PageRead {
  const refused = (what: string): PageRead => {
    return { ok: false, attempt: unreadable(answer.status, what), answer };
  };
  const path = call.items ?? [];
  const items = valueAt(answer.body, path);
  if (!Array.isArray(items)) {
    return refused(path.length === 0 ? 'a list' : `a list at ${path.join('.')}`);
  }
  const next = nextOf(call, { asking, answer, count: items.length });
  if (next === undefined || (next !== null && next === asking.cursor)) {
    return refused('a page that says where the next begins');
  }
  return { ok: true, items, next, call, answer };
}

export interface WalkAsking extends Omit<PageAsking, 'cursor'> {
  pagesMax: number;
}

/** All pages of a list that has few; null beyond `pagesMax`, when it cannot be told. */
export async function readAll(
  vendor: Vendor,
  { pagesMax, ...asking }: WalkAsking,
): Promise<
  | { ok: true; items: unknown[]; call: CallSpec; answer: HttpAnswer }
  | { ok: false; attempt: Attempt; answer: HttpAnswer | null }
> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await readPage(vendor, { ...asking, cursor });
    if (!page.ok) return page;
    items.push(...page.items);
    if (page.next === null) return { ok: true, items, call: page.call, answer: page.answer };
    cursor = page.next;
  }
  const error = `${asking.call} of ${vendor.spec.name} shows more than ${pagesMax} pages`;
  return { ok: false, attempt: { kind: 'refused', status: 200, error }, answer: null };
}

/** Names that say where the page begins. */
function spotOf(paging: Paging | null, cursor: string | undefined): Names {
  switch (paging?.kind) {
    case undefined:
    case 'link':
      return {};
    case 'cursor':
      return { cursor };
    case 'page':
      return { page: cursor ?? paging.first };
    case 'offset':
      return { offset: cursor ?? 0 };
  }
}

/** The vendor's own query of the page; its host is ours to know, so only the query is taken. */
function queryOf(paging: Paging | null, cursor: string | undefined): Pick<Asking, 'query'> {
  return paging?.kind === 'link' && cursor !== undefined ? { query: cursor } : {};
}

interface Page {
  asking: PageAsking;
  answer: HttpAnswer;
  count: number;
}

/** Undefined when the answer says that there is more, and not where. */
function nextOf(call: CallSpec, { asking, answer, count }: Page): string | null | undefined {
  const { paging } = call;
  switch (paging?.kind) {
    case undefined:
      return null;
    case 'cursor':
      return cursorIn(valueAt(answer.body, paging.at));
    case 'page':
      return isFull(call, asking.limit, count)
        ? String(Number(asking.cursor ?? paging.first) + 1)
        : null;
    case 'offset':
      return count === 0 ? null : String(Number(asking.cursor ?? 0) + count);
    case 'link':
      return nextLink(answer.link ?? '');
  }
}

function cursorIn(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '' || value === false) return null;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Where the call does not say how many it takes, only an empty page is known to be the last. */
function isFull({ path, query }: CallSpec, limit: number, count: number): boolean {
  const says = [path, ...query.values()].some((template) =>
    template.some((part) => typeof part === 'object' && part.name === 'limit'),
  );
  return says ? count >= limit : count > 0;
}

const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i;

/** Query of the link with rel="next" (RFC 8288); undefined when that link has none. */
function nextLink(header: string): string | null | undefined {
  for (const part of header.split('<').slice(1)) {
    const end = part.indexOf('>');
    const [, quoted, plain] = REL.exec(part.slice(end + 1)) ?? [];
    const relations = (quoted ?? plain ?? '').toLowerCase().split(/\s+/);
    if (end < 0 || !relations.includes('next')) continue;
    const mark = part.indexOf('?');
    const query = mark < 0 || mark > end ? '' : (part.slice(mark + 1, end).split('#')[0] ?? '');
    return query === '' ? undefined : query;
  }
  return null;
}
