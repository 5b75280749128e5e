import { orderOfPickKey, type OrderAddress } from '../domain/ids.ts';
import { CONNECTION_NAME } from '../normalise/lane.ts';
import { crmAgrees, pickAgrees, taskAgrees } from './agreement.ts';
import { compareActionTask, isActionTask } from './compare-action-task.ts';
import { compareCrm } from './compare-crm.ts';
import { comparePick } from './compare-pick.ts';
import { compareTask, isOrderTask } from './compare-task.ts';
import { orderOfTask, type CompareContext, type Drift, type LocalOrder } from './drift.ts';
import type { Read } from './read-remote.ts';
import {
  pickVersion,
  taskVersion,
  type RemoteOrder,
  type RemotePick,
  type RemoteTask,
} from './remote.ts';

/** A record of one of the systems. */
export type Compared =
  | { kind: 'crm'; order: RemoteOrder; connection: string }
  | { kind: 'wms'; pick: RemotePick }
  | { kind: 'tasks'; task: RemoteTask };

export type RemoteRecord =
  | { kind: 'unreadable'; id: string; error: string }
  | {
      kind: 'record';
      id: string;
      /** Changes whenever the record does. */
      version: string;
      changedAt: number;
      /** Whose it is; null when it is none of ours. */
      address: OrderAddress | null;
      compare(we: LocalOrder | undefined, context: CompareContext): Drift[];
    };

/** What a listing needs to know of a record, whichever system it is of. */
export function remoteRecord(read: Read<Compared>): RemoteRecord {
  if (!read.ok) return { kind: 'unreadable', id: read.id, error: read.error };
  return recordOf(read.value);
}

function recordOf(one: Compared): RemoteRecord {
  switch (one.kind) {
    case 'crm': {
      const { order, connection } = one;
      const address = { connection, orderId: order.order_id };
      return {
        kind: 'record',
        id: order.order_id,
        version: `${order.version}.${order.sequence}@${order.updated_at}`,
        changedAt: Date.parse(order.updated_at),
        address,
        compare: (we, context) =>
          we !== undefined && crmAgrees(we, order)
            ? []
            : compareCrm(we, { address, crm: order }, context),
      };
    }
    case 'wms': {
      const { pick } = one;
      const address = orderOfPick(pick);
      return {
        kind: 'record',
        id: pick.pick_id,
        version: pickVersion(pick),
        changedAt: Date.parse(pick.updated_at),
        address,
        compare: (we, context) =>
          address === null || (we !== undefined && pickAgrees(we, pick))
            ? []
            : comparePick(we, { address, pick }, context),
      };
    }
    case 'tasks': {
      const { task } = one;
      return {
        kind: 'record',
        id: task.task_id,
        version: taskVersion(task),
        changedAt: Date.parse(task.updated_at),
        address: isOrderTask(task) || isActionTask(task) ? orderOfTask(task.external_ref.id) : null,
        compare: (we, context) =>
          we !== undefined && taskAgrees(we, task) ? [] : compareAnyTask(we, task, context),
      };
    }
  }
}

export function compareAnyTask(
  we: LocalOrder | undefined,
  task: RemoteTask,
  context: CompareContext,
): Drift[] {
  if (isOrderTask(task)) return compareTask(we, task, context);
  return isActionTask(task) ? compareActionTask(we, task, context) : [];
}

/** Only a reference of ours says whose a pick is. */
export function orderOfPick(pick: RemotePick): OrderAddress | null {
  const owner = pick.reference === null ? undefined : orderOfPickKey(pick.reference);
  return owner !== undefined && CONNECTION_NAME.test(owner.connection) ? owner : null;
}
