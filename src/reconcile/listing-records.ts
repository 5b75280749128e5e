import { orderOfPickKey, type OrderAddress } from '../domain/ids.ts';
import { CONNECTION_NAME } from '../normalise/lane.ts';
import { crmAgrees, pickAgrees, taskAgrees } from './agreement.ts';
import { compareActionTask, isActionTask } from './compare-action-task.ts';
import { compareCrm } from './compare-crm.ts';
import { comparePick } from './compare-pick.ts';
import { compareTask, isOrderTask, type ShownTask } from './compare-task.ts';
import type { CompareContext, Drift, LocalOrder } from './drift.ts';
import type { Home } from './homes.ts';
import {
  pickVersion,
  taskVersion,
  type Compared,
  type RemotePick,
  type RemoteTask,
} from './remote.ts';
import type { Read } from './remote-side.ts';
import { taskIn } from './view-text.ts';

export type RemoteRecord =
  | { kind: 'unreadable'; id: string; error: string }
  | {
      kind: 'record';
      id: string;
      /** Changes whenever the record does. */
      version: string;
      /** Null when nobody says. */
      changedAt: number | null;
      /** Whose it may be; none when it is none of ours. */
      addresses: OrderAddress[];
      one: Compared;
      /** Hash of the bundle in whose words it is. */
      bundle: string;
      /** As the vendor wrote it. */
      raw: unknown;
    };

interface Reading {
  /** Connections that an order may be of. */
  crms: readonly string[];
  bundle: string;
}

/** What a listing needs to know of a record, whichever system it is of. */
export function remoteRecord(read: Read<Compared>, { crms, bundle }: Reading): RemoteRecord {
  if (!read.ok) return { kind: 'unreadable', id: read.id, error: read.error };
  const { value: one, raw } = read;
  const kind = 'record';
  switch (one.kind) {
    case 'crm': {
      const { order_id: id, version: number, sequence, updated_at: updatedAt } = one.order;
      const version = `${number}.${sequence}@${updatedAt}`;
      const addresses = [{ connection: one.connection, orderId: id }];
      return { kind, one, raw, bundle, id, version, changedAt: Date.parse(updatedAt), addresses };
    }
    case 'wms': {
      const { pick_id: id, updated_at: updatedAt } = one.pick;
      const changedAt = updatedAt === null ? null : Date.parse(updatedAt);
      const version = pickVersion(one.pick);
      const address = orderOfPick(one.pick);
      const addresses = address === null ? [] : [address];
      return { kind, one, raw, bundle, id, version, changedAt, addresses };
    }
    case 'tasks': {
      const { task_id: id, updated_at: updatedAt } = one.task;
      const addresses = ordersOfTask(one.task, crms);
      const version = taskVersion(one.task);
      return { kind, one, raw, bundle, id, version, changedAt: Date.parse(updatedAt), addresses };
    }
  }
}

/** The task manager knows no CRM, so a task may be of any one's order. */
function ordersOfTask(task: RemoteTask, crms: readonly string[]): OrderAddress[] {
  if (!isOrderTask(task) && !isActionTask(task)) return [];
  const { id: orderId } = task.external_ref;
  return crms.map((connection) => ({ connection, orderId }));
}

/** Only a reference of ours says whose a pick is. */
export function orderOfPick(pick: RemotePick): OrderAddress | null {
  const owner = pick.reference === null ? undefined : orderOfPickKey(pick.reference);
  return owner !== undefined && CONNECTION_NAME.test(owner.connection) ? owner : null;
}

/** Which of the orders that it may be about a record is about; undefined when that cannot be told. */
export function ownerOf(one: Compared, orders: readonly LocalOrder[]): LocalOrder | undefined {
  if (one.kind !== 'tasks' || orders.length < 2) return orders[0];
  return orders.find((we) => names(we, one.task));
}

function names(we: LocalOrder, task: ShownTask['task']): boolean {
  if (isActionTask(task)) {
    return we.view.actions.some(({ action_id: id }) => id === task.metadata['action_id']);
  }
  const told = taskIn(we.viewText ?? '');
  const ours = told === undefined ? we.view.task?.task_id : told?.taskId;
  return ours === task.task_id;
}

interface Comparing {
  address: OrderAddress;
  one: Compared;
  /** Absent for an order that we do not know. */
  home: Home | undefined;
}

/** A record against our books of its order. */
export function compareOne(
  we: LocalOrder | undefined,
  { address, one, home }: Comparing,
  context: CompareContext,
): Drift[] {
  const { connection } = one;
  switch (one.kind) {
    case 'crm': {
      const { order: crm, stated } = one;
      if (we !== undefined && crmAgrees(we, crm)) return [];
      return compareCrm(we, { address, crm, stated }, context);
    }
    case 'wms': {
      const { pick } = one;
      if (we !== undefined && pickAgrees(we, pick)) return [];
      const shown = { address, pick, connection, home: home?.wms ?? connection };
      return comparePick(we, shown, context);
    }
    case 'tasks': {
      const { task } = one;
      if (we !== undefined && taskAgrees(we, task)) return [];
      return compareAnyTask(we, { task, connection, home: home?.tasks ?? connection }, context);
    }
  }
}

function compareAnyTask(
  we: LocalOrder | undefined,
  shown: ShownTask,
  context: CompareContext,
): Drift[] {
  if (isOrderTask(shown.task)) return compareTask(we, shown, context);
  return isActionTask(shown.task) ? compareActionTask(we, shown, context) : [];
}
