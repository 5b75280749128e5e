import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { pickLines, shipmentLines, shipments } from '../schema.ts';
import type { WmsDb } from './db.ts';

export interface ShipmentRecord {
  shipmentId: string;
  pickId: string;
  carrier: string;
  tracking: string | null;
  status: 'CREATED' | 'DELIVERED';
  createdAt: number;
  deliveredAt: number | null;
  lines: { pickLine: string; lineId: string; sku: string; qty: number }[];
}

export function createShipmentStore(db: WmsDb) {
  const linesOf = (shipmentId: string): ShipmentRecord['lines'] =>
    db
      .select({
        pickLine: shipmentLines.pickLine,
        lineId: pickLines.lineId,
        sku: pickLines.sku,
        qty: shipmentLines.qty,
      })
      .from(shipmentLines)
      .innerJoin(pickLines, eq(pickLines.pickLine, shipmentLines.pickLine))
      .where(eq(shipmentLines.shipmentId, shipmentId))
      .orderBy(asc(pickLines.position))
      .all();
  return {
    nextNumber: (): number =>
      (db
        .select({ n: sql<number>`coalesce(max(${shipments.n}), 0)` })
        .from(shipments)
        .get()?.n ?? 0) + 1,
    find(shipmentId: string): ShipmentRecord | undefined {
      const row = db.select().from(shipments).where(eq(shipments.shipmentId, shipmentId)).get();
      return row === undefined ? undefined : { ...row, lines: linesOf(shipmentId) };
    },
    insert({ lines, ...row }: ShipmentRecord): void {
      const { shipmentId } = row;
      db.insert(shipments).values(row).run();
      for (const { pickLine, qty } of lines) {
        db.insert(shipmentLines).values({ shipmentId, pickLine, qty }).run();
      }
    },
    markDelivered: (shipmentId: string, deliveredAt: number): void =>
      void db
        .update(shipments)
        .set({ status: 'DELIVERED', deliveredAt })
        .where(eq(shipments.shipmentId, shipmentId))
        .run(),
    list: (filter: { pickId?: string | undefined; after: number; limit: number }) =>
      db
        .select()
        .from(shipments)
        .where(
          and(
            gt(shipments.n, filter.after),
            filter.pickId === undefined ? undefined : eq(shipments.pickId, filter.pickId),
          ),
        )
        .orderBy(asc(shipments.n))
        .limit(filter.limit)
        .all()
        .map((row): ShipmentRecord & { n: number } => ({
          ...row,
          lines: linesOf(row.shipmentId),
        })),
  };
}

export type ShipmentStore = ReturnType<typeof createShipmentStore>;
