import type { OrderView } from '../contracts/operators.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { CrmNotice } from '../domain/order.ts';

/** Classes of drift that the built-in systems can show. */
export const DRIFT_CLASSES = [
  'D1',
  'D2',
  'D3',
  'D4',
  'D5',
  'D6',
  'D7b',
  'D8',
  'D9',
  'D10',
  'D11',
  'D13',
  'D14',
  'D15',
  'D16',
  'D17',
  'D18',
  'D19',
  'D20',
  'D21',
  'D23',
  'D24',
] as const;
export type DriftClass = (typeof DRIFT_CLASSES)[number];

/**
 * What the reconciler does itself, for no order can: an ordinary command. `expected` is the version
 * of the record that was judged; another one by then is left alone. `ours` is the record beside
 * which it is one too many.
 */
export type OwnAct =
  | { kind: 'redeliver'; connection: string; deliveryId: string }
  | {
      kind: 'close_task';
      connection: string;
      taskId: string;
      expected: string;
      ours: string | null;
    }
  | {
      kind: 'cancel_pick';
      connection: string;
      pickId: string;
      /** Of both of them. */
      reference: string;
      expected: string;
      ours: string;
    }
  | { kind: 'tell_crm'; notice: CrmNotice };

/** What is to be done: tell or ask the order, do it ourselves, mend what is internal, or ask a person. */
export type DriftAction = OrderInput['type'] | OwnAct['kind'] | 'rebuild' | 'confirm' | 'human';

/** A difference between what we say and what another system says. */
export interface Drift {
  class: DriftClass;
  /** The same drift has the same key in every run; another state of the remote is another drift. */
  key: string;
  order: OrderAddress | null;
  connection: string;
  weSay: string;
  theySay: string;
  action: DriftAction;
  /** What the order is to be told; empty when nothing is. */
  inputs: OrderInput[];
  act?: OwnAct;
}

/** An order as the books hold it. */
export interface LocalOrder {
  address: OrderAddress;
  view: OrderView;
  /** The view as it is stored; absent when the order was not read from the books. */
  viewText?: string;
  updatedAt: number;
  closedAt: number | null;
  promisedAt: number | null;
}

export interface CompareContext {
  runId: string;
  now: number;
  /** How long after its end an order's CRM is told again what it has lost, ms. */
  retellMs: number;
  settlingMs: number;
}

/** The connection of what reconciliation asks of an order. */
const RECONCILIATION = 'reconciliation';

export interface DriftInput {
  class: DriftClass;
  we: Pick<LocalOrder, 'address' | 'closedAt'> | { address: OrderAddress };
  /** What the drift is about, within its class and order. */
  subject: string;
  connection: string;
  weSay: string;
  theySay: string;
}

/** A drift that is for a person to judge. */
export function forPerson(input: DriftInput): Drift {
  return driftOf(input, 'human', []);
}

/** A drift that the order itself mends when it looks at the other systems. */
export function askOrder(input: DriftInput, context: CompareContext): Drift {
  if ('closedAt' in input.we && input.we.closedAt !== null) return forPerson(input);
  const { orderId } = input.we.address;
  return driftOf(input, 'reconcile_asked', [
    {
      type: 'reconcile_asked',
      connection: RECONCILIATION,
      eventId: `recon:${context.runId}:${orderId}`,
      receivedAt: context.now,
      reason: input.class,
    },
  ]);
}

interface OneTooMany {
  act: OwnAct;
  /** When the record last changed, ISO 8601; null when nobody says. */
  changedAt: string | null;
}

/**
 * A record that is one too many lies outside of any order, so no order mends it. One that is new
 * may be of a step whose books are not written yet: it is looked at again. Of one whose age nobody
 * tells, a person judges.
 */
export function actOurselves(
  input: DriftInput,
  { act, changedAt }: OneTooMany,
  { now, settlingMs }: CompareContext,
): Drift {
  if (changedAt === null) return forPerson(input);
  if (Date.parse(changedAt) > now - settlingMs) return driftOf(input, 'confirm', []);
  return { ...driftOf(input, act.kind, []), act };
}

/** A fact that the other system shows and that did not reach the order. */
export function handOn(input: DriftInput, inputs: [OrderInput, ...OrderInput[]]): Drift {
  return driftOf(input, inputs[0].type, inputs);
}

export function driftOf(input: DriftInput, action: DriftAction, inputs: OrderInput[]): Drift {
  const { connection, weSay, theySay } = input;
  const { address } = input.we;
  const key = `${input.class}:${address.connection}/${address.orderId}:${input.subject}`;
  return { class: input.class, key, order: address, connection, weSay, theySay, action, inputs };
}
