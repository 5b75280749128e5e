import type { PickRequest } from '../../contracts/picks.ts';
import { AppError, type FieldIssue } from '../../errors.ts';
import { closeShort, type PickLine } from '../domain/pick-line.ts';
import type { PickRecord } from '../domain/pick.ts';
import { announce, beginChange, type PickChange } from '../pick-change.ts';
import type { Work } from '../work.ts';
import { fillLine } from './fill.ts';

type Payload = PickRequest['payload'];

export interface CreatedPick {
  pick: PickRecord;
  /** Whether every unit was reserved, so that the pick is scheduled at once. */
  complete: boolean;
}

/** Event ids and the ledger's causes are made of pick ids, so their alphabet is narrow. */
const PICK_ID = /^[A-Za-z0-9_.:-]{1,96}$/;

/** Reserves what there is and creates the pick; what cannot be reserved is closed short in it. */
export function createPick(work: Work, payload: Payload): CreatedPick {
  refuseUnknownSkus(work, payload);
  refuseSameLineTwice(payload);
  refuseUsedReference(work, payload);
  const pickId = pickIdOf(work, payload);
  const pick = draft(work, payload, pickId);
  const change = beginChange(work, pick);
  const availableBefore = pick.lines.map((line) => work.writer.availableOf(line.sku, line.lot));
  for (const line of pick.lines) fillLine(change, { line, qty: line.unfilled });
  refuseWithoutStock(payload, { pick, available: availableBefore });
  const complete = pick.lines.every((line) => line.unfilled === 0);
  for (const line of pick.lines) closeShort(line);
  pick.sequence = 1;
  work.stores.picks.insert(pick);
  announceCreated(change);
  return { pick, complete };
}

function announceCreated(change: PickChange): void {
  announce({ ...change, before: new Map(), places: new Map() }, change.pick.lines);
}

function draft(work: Work, payload: Payload, pickId: string): PickRecord {
  return {
    pickId,
    orderId: payload.order_id,
    reference: payload.reference ?? null,
    status: 'CREATED',
    outcome: null,
    priority: payload.priority,
    assignee: null,
    preferences: payload.location_preferences,
    sequence: 0,
    createdAt: work.now,
    updatedAt: work.now,
    lines: payload.line_items.map((item, index): PickLine => {
      const lineId = lineIdAt(payload, index);
      return {
        pickLine: `${pickId}/${lineId}`,
        lineId,
        sku: item.sku,
        lot: item.lot ?? null,
        requested: item.qty,
        ...{ allocated: 0, picked: 0, shipped: 0, short: 0, cancelled: 0, over: 0 },
        unfilled: item.qty,
        cancelAsked: false,
        draws: [],
      };
    }),
  };
}

function lineIdAt(payload: Payload, index: number): string {
  return payload.line_items[index]?.line_id ?? `${payload.order_id}-${index + 1}`;
}

function pickIdOf(work: Work, payload: Payload): string {
  const asked = payload.pick_id;
  if (asked === undefined) return freePickId(work);
  if (!PICK_ID.test(asked)) {
    throw new AppError('validation', `pick_id ${asked} cannot be used. Nothing was reserved.`, {
      issues: [{ pointer: '/payload/pick_id', detail: 'must be 1 to 96 of A-Z a-z 0-9 _ . : -' }],
    });
  }
  if (!isUsed(work, asked)) return asked;
  throw new AppError(
    'conflict',
    `There is already a pick ${asked}, or there was one, made with another Idempotency-Key. Nothing was reserved; leave pick_id out to have one made.`,
    { problem: 'pick-id-taken', members: { pick_id: asked } },
  );
}

function freePickId(work: Work): string {
  let number = work.stores.picks.nextNumber();
  let pickId = numbered(number);
  while (work.stores.picks.exists(pickId)) {
    number += 1;
    pickId = numbered(number);
  }
  return pickId;
}

/** The causes of the ledger are made of pick ids, so that one which it knows is not free. */
function isUsed({ stores }: Work, pickId: string): boolean {
  return stores.picks.exists(pickId) || stores.audits.ledgerKnowsPick(pickId);
}

function numbered(number: number): string {
  return `PICK-${String(number).padStart(6, '0')}`;
}

function refuseUnknownSkus(work: Work, payload: Payload): void {
  const issues = payload.line_items.flatMap((item, index): FieldIssue[] =>
    work.stores.products.findProduct(item.sku) === undefined
      ? [{ pointer: `/payload/line_items/${index}/sku`, detail: `unknown SKU ${item.sku}` }]
      : [],
  );
  if (issues.length === 0) return;
  const skus = [...new Set(issues.map((issue) => issue.detail))].join(', ');
  throw new AppError(
    'validation',
    `The warehouse does not know ${skus.replaceAll('unknown SKU ', '')}. Nothing was reserved; create the product first (POST /products) or correct the SKU.`,
    { problem: 'unknown-sku', issues },
  );
}

function refuseSameLineTwice(payload: Payload): void {
  const seen = new Set<string>();
  const issues: FieldIssue[] = [];
  payload.line_items.forEach((_, index) => {
    const id = lineIdAt(payload, index);
    const pointer = `/payload/line_items/${index}/line_id`;
    if (seen.has(id)) issues.push({ pointer, detail: `${id} is used twice` });
    seen.add(id);
  });
  if (issues.length === 0) return;
  throw new AppError('validation', 'Two lines have the same line_id. Nothing was reserved.', {
    issues,
  });
}

function refuseUsedReference(work: Work, payload: Payload): void {
  if (payload.reference === undefined) return;
  const pickId = work.stores.picks.findLiveByReference(payload.reference);
  if (pickId === undefined) return;
  throw new AppError(
    'conflict',
    `Pick ${pickId} already has the reference ${payload.reference}. Nothing was reserved; adopt that pick, or cancel it before asking again.`,
    { problem: 'duplicate-reference', members: { pick_id: pickId } },
  );
}

function refuseWithoutStock(
  payload: Payload,
  { pick, available }: { pick: PickRecord; available: number[] },
): void {
  const reserved = pick.lines.some((line) => line.allocated > 0);
  const whole = pick.lines.every((line) => line.unfilled === 0);
  if (payload.policy === 'all_or_nothing' ? whole : reserved) return;
  throw new AppError(
    'conflict',
    payload.policy === 'all_or_nothing'
      ? 'Not everything is in stock and the request is all or nothing. No pick was made and nothing is reserved; back-order it or ask again with policy partial.'
      : 'Nothing of this request is in stock. No pick was made and nothing is reserved; back-order it and ask again when INVENTORY.ALERT tells of stock.',
    {
      problem: 'out-of-stock',
      members: {
        suggested_resolution: 'backorder',
        lines: pick.lines.map((line, index) => ({
          line_id: line.lineId,
          sku: line.sku,
          requested: line.requested,
          available: available[index] ?? 0,
        })),
      },
    },
  );
}
