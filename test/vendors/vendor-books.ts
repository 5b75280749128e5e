import { expect } from 'vitest';
import type { Answer, Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import type { ScenarioStage } from '../support/scenario-stage.ts';

/** A pick as the vendor's own books have it, in the words of ours. */
export interface VendorPick {
  pick_id: string;
  order_id: string | null;
  status: string;
  lines: {
    line_id: string | null;
    sku: string;
    requested: number;
    allocated: number;
    picked: number;
    shipped: number;
    short: number;
    cancelled: number;
  }[];
}

export interface VendorStock {
  on_hand: number;
  reserved: number;
  picked: number;
  available: number;
}

export interface VendorBooks {
  picks(): VendorPick[];
  stock(sku: string): VendorStock;
}

/** Holds the books of CRM, task manager and Crossdock against those of the vendor. */
export async function expectVendorAgrees(
  stage: ScenarioStage,
  books: VendorBooks,
  orderId: string,
): Promise<Json> {
  const all: Answer = {
    status: 200,
    headers: new Headers(),
    body: { items: books.picks(), next: null },
  };
  const product = { ...stage.product(), wms: () => Promise.resolve(all) };
  const ours = await expectBooksAgree(
    {
      ...stage,
      product: () => product,
      picks: () => Promise.resolve(books.picks().filter((pick) => pick.order_id === orderId)),
      totals: (sku) => Promise.resolve({ ...books.stock(sku), held: 0 }),
    },
    orderId,
  );
  expect(ours.picks.length).toBe(books.picks().filter((p) => p.order_id === orderId).length);
  return ours;
}
