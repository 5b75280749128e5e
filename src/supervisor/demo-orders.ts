/** How far the warehouse takes a demo order; `untouched` leaves it where Crossdock brought it. */
export type DemoGoal =
  | 'untouched'
  | 'assigned'
  | 'partly-picked'
  | 'picked'
  | 'partly-shipped'
  | 'shipped'
  | 'cancelled';

export interface DemoOrder {
  orderId: string;
  goal: DemoGoal;
  customer: { id: string; name: string; account_priority: string };
  items: { sku: string; qty: number }[];
}

const CUSTOMERS = [
  { id: 'CUST-01', name: 'Harbour Hotels', account_priority: 'platinum' },
  { id: 'CUST-02', name: 'Northwind Offices', account_priority: 'gold' },
  { id: 'CUST-03', name: 'Lumen Studio', account_priority: 'silver' },
  { id: 'CUST-04', name: 'Corner Books', account_priority: 'bronze' },
] as const;

type Item = readonly [sku: string, qty: number];

/** What each order is, in the order in which they come in; stock runs out on the way. */
const SCRIPT: readonly (readonly [DemoGoal, ...Item[]])[] = [
  ['shipped', ['SKU-111', 2], ['SKU-222', 1]],
  ['shipped', ['SKU-222', 4]],
  ['shipped', ['SKU-111', 1]],
  ['shipped', ['SKU-333', 2]],
  ['partly-shipped', ['SKU-111', 3], ['SKU-222', 2]],
  ['partly-shipped', ['SKU-222', 2], ['SKU-333', 1]],
  ['picked', ['SKU-111', 5]],
  ['picked', ['SKU-222', 3], ['SKU-111', 1]],
  ['picked', ['SKU-333', 1]],
  ['partly-picked', ['SKU-111', 6]],
  ['partly-picked', ['SKU-222', 8], ['SKU-111', 2]],
  ['partly-picked', ['SKU-111', 4]],
  ['assigned', ['SKU-222', 2]],
  ['assigned', ['SKU-111', 1], ['SKU-222', 1]],
  ['untouched', ['SKU-111', 2]],
  ['untouched', ['SKU-222', 5]],
  ['untouched', ['SKU-333', 12]],
  ['untouched', ['SKU-111', 1], ['SKU-EMPTY', 2]],
  ['untouched', ['SKU-EMPTY', 3]],
  ['cancelled', ['SKU-222', 1]],
];

export const DEMO_ORDERS: readonly DemoOrder[] = SCRIPT.map(([goal, ...items], index) => ({
  orderId: `DEMO-${String(index + 1).padStart(2, '0')}`,
  goal,
  customer: CUSTOMERS[index % CUSTOMERS.length] ?? CUSTOMERS[0],
  items: items.map(([sku, qty]) => ({ sku, qty })),
}));
