import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../src/errors.ts';

const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

const RowSchema = z.enum(['acks', 'orders', 'reconcile', 'mapping']);

const SettingsSchema = z.object({
  row: z.array(RowSchema).default(['acks', 'orders', 'reconcile', 'mapping']),
  rounds: count(5),
  /** Orders measured per side and round. */
  orders: count(400),
  /** Orders under way at once. */
  open: count(64),
  /** Orders that reconciliation goes through in each round. */
  reconciled: count(10_000),
  /** Orders that are mapped in each round. */
  mapped: count(20_000),
  /** Requests measured per server and round. */
  requests: count(40_000),
  connections: count(64),
  /** Leaves a processor profile of each measured process in the results' folder. */
  profile: z.boolean().default(false),
  help: z.boolean().default(false),
});

export interface OrderSettings {
  rounds: number;
  orders: number;
  warmUpOrders: number;
  openMax: number;
}

export interface AckSettings {
  rounds: number;
  requests: number;
  warmUpRequests: number;
  connections: number;
}

export interface ReconcileSettings {
  rounds: number;
  orders: number;
}

export interface MappingSettings {
  rounds: number;
  orders: number;
}

export interface BenchSettings {
  rows: readonly z.infer<typeof RowSchema>[];
  orders: OrderSettings;
  acks: AckSettings;
  reconcile: ReconcileSettings;
  mapping: MappingSettings;
  profile: boolean;
  help: boolean;
}

export const HELP = `Measures Crossdock against its bounds; takes about twelve minutes.

usage: npm run bench -- [options]

  --row NAME         only this row: acks, orders, reconcile or mapping; may be given again
  --rounds N         rounds, of which the median ratio counts (default 5)
  --orders N         orders measured per side and round (default 400)
  --open N           orders under way at once (default 64)
  --reconciled N     orders that reconciliation goes through in a round (default 10000)
  --mapped N         orders that are mapped in a round (default 20000)
  --requests N       requests measured per server and round (default 40000)
  --connections N    connections of the load (default 64)
  --profile          leave processor profiles beside the results
  --help             this text
`;

const WARM_UP_ORDERS = 200;
const WARM_UP_REQUESTS = 10_000;

export function readSettings(args: string[]): BenchSettings {
  const parsed = SettingsSchema.safeParse(parse(args));
  if (!parsed.success) throw new AppError('config', z.prettifyError(parsed.error));
  const v = parsed.data;
  return {
    rows: v.row,
    orders: {
      rounds: v.rounds,
      orders: v.orders,
      warmUpOrders: WARM_UP_ORDERS,
      openMax: v.open,
    },
    acks: {
      rounds: v.rounds,
      requests: v.requests,
      warmUpRequests: WARM_UP_REQUESTS,
      connections: v.connections,
    },
    reconcile: { rounds: v.rounds, orders: v.reconciled },
    mapping: { rounds: v.rounds, orders: v.mapped },
    profile: v.profile,
    help: v.help,
  };
}

function parse(args: string[]): unknown {
  const text = { type: 'string' } as const;
  return parseArgs({
    args,
    options: {
      row: { type: 'string', multiple: true },
      rounds: text,
      orders: text,
      open: text,
      reconciled: text,
      mapped: text,
      requests: text,
      connections: text,
      profile: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}
