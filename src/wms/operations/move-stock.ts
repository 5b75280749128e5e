import type { z } from 'zod';
import { MovementRequestSchema } from '../../contracts/inventory.ts';
import { InstantSchema } from '../../contracts/primitives.ts';
import { AppError } from '../../errors.ts';
import type { Work } from '../work.ts';
import { releaseForCount } from './release-for-count.ts';

/** Body of `POST /inventory/movements`; a lot's `expires_at` is told when it is received. */
export const StockMovementSchema = MovementRequestSchema.extend({
  expires_at: InstantSchema.optional(),
});
export type StockMovement = z.infer<typeof StockMovementSchema>;

/** Books a movement that a person asked for. Places come into being with the first goods in them. */
export function moveStock(
  work: Work,
  { request, causeId }: { request: StockMovement; causeId: string },
): void {
  refuseWrongShape(request);
  if (work.stores.products.findProduct(request.sku) === undefined) throw unknownSku(request.sku);
  const { kind, sku, location, qty } = request;
  const lot = request.lot ?? '';
  const move = { kind, sku, location, lot, qty, causeId, reason: request.reason ?? null };
  if (kind === 'receive' || (kind === 'count' && qty > 0)) {
    openPlace(work, location);
    noteLot(work, { ...request, lot });
  }
  if (work.stores.products.findLocation(location) === undefined) throw unknownLocation(location);
  if (kind === 'transfer' && request.to_location !== undefined) {
    openPlace(work, request.to_location);
    work.writer.move({ ...move, qty: -qty, peerLocation: request.to_location });
    work.writer.move({ ...move, location: request.to_location, peerLocation: location });
    return;
  }
  if (kind === 'count' && qty < 0) releaseForCount(work, { sku, location, lot, missing: -qty });
  work.writer.move(move);
}

function refuseWrongShape(request: StockMovement): void {
  if (request.qty === 0 || (request.kind !== 'count' && request.qty < 0)) {
    throw invalid('/qty', request.kind === 'count' ? 'must not be 0' : 'must be at least 1');
  }
  if (request.kind === 'transfer') {
    if (request.to_location === undefined) throw invalid('/to_location', 'is needed to transfer');
    if (request.to_location === request.location)
      throw invalid('/to_location', 'is the same place');
  }
  if (request.expires_at !== undefined && request.lot == null) {
    throw invalid('/expires_at', 'belongs to a lot, and no lot is given');
  }
}

function openPlace(work: Work, location: string): void {
  if (work.stores.products.findLocation(location) !== undefined) return;
  const { now } = work;
  work.stores.products.insertLocation({
    ...{ location, name: location },
    ...{ createdAt: now, updatedAt: now },
  });
}

function noteLot(work: Work, request: StockMovement & { lot: string }): void {
  if (request.lot === '') return;
  const expiresAt = request.expires_at === undefined ? null : Date.parse(request.expires_at);
  const known = work.stores.products.findLot(request.sku, request.lot)?.expiresAt ?? null;
  if (known !== null && expiresAt !== null && known !== expiresAt) {
    throw invalid('/expires_at', `lot ${request.lot} expires at ${new Date(known).toISOString()}`);
  }
  const { sku, lot } = request;
  work.stores.products.saveLot({ sku, lot, expiresAt, createdAt: work.now });
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError(
    'validation',
    `The movement cannot be booked: ${pointer.slice(1)} ${detail}. Nothing was changed.`,
    {
      issues: [{ pointer, detail }],
    },
  );
}

function unknownSku(sku: string): AppError {
  return new AppError(
    'validation',
    `The warehouse does not know the SKU ${sku}. Nothing was changed; create the product first (POST /products) or correct the SKU.`,
    { problem: 'unknown-sku', issues: [{ pointer: '/sku', detail: `unknown SKU ${sku}` }] },
  );
}

function unknownLocation(location: string): AppError {
  return new AppError(
    'validation',
    `The warehouse does not know the location ${location}. Nothing was changed; receive goods there or create it (POST /locations).`,
    {
      problem: 'unknown-location',
      issues: [{ pointer: '/location', detail: `unknown location ${location}` }],
    },
  );
}
