import type { LocalOrder } from './drift.ts';
import type { Home } from './homes.ts';
import { isListed, type Today } from './outside.ts';
import type { System } from './phases.ts';
import type { Looked } from './remote-side.ts';
import { picksIn, taskIn, type PickInView, type TaskInView } from './view-text.ts';

const TERMINAL = new Set(['COMPLETED', 'CANCELLED']);

/** What an open order says that another system has. */
export interface Expected extends Looked {
  system: System;
  connection: string;
  /** Hash of the bundle in whose words it is asked for. */
  bundle: string;
  /** How listings name it. */
  remote: string;
  /** Whether listings of its system show it, when they show all. */
  isListed: boolean;
}

interface Expecting {
  home: Home;
  /** Names of the connections that list what they have. */
  listed: ReadonlySet<string>;
  /** `open` leaves out those at their end. */
  stage: 'open' | 'all';
}

export function listedIn({ connections }: Today): Set<string> {
  return new Set(connections.flatMap(({ spec }) => (isListed(spec) ? [spec.name] : [])));
}

/**
 * The remote records of an order that are looked for. The order itself is looked for at a CRM that
 * lists none; otherwise its listing shows what there is.
 */
export function expectedOf(we: LocalOrder, { home, listed, stage }: Expecting): Expected[] {
  const { address: order } = we;
  const { bundle } = home;
  const { task, picks } = namedIn(we);
  const found: Expected[] = [];
  const add = (system: System, connection: string, id: string, reference: string | null): void => {
    const remote = remoteName(connection, id);
    const isListed = listed.has(connection);
    found.push({ system, connection, bundle, id, remote, reference, order, isListed });
  };
  if (!listed.has(order.connection)) add('crm', order.connection, order.orderId, null);
  if (task !== null && (stage === 'all' || !TERMINAL.has(task.status))) {
    add('tasks', home.tasks, task.taskId, null);
  }
  for (const { pickId, reference, status } of picks) {
    if (pickId === null || (stage === 'open' && TERMINAL.has(status))) continue;
    add('wms', home.wms, pickId, reference);
  }
  return found;
}

/** How records of a system are named, whichever run shows them. */
export function remoteName(connection: string, id: string): string {
  return `${connection}/${id}`;
}

/** The remote records that an order names; its view is parsed only when its text does not say. */
function namedIn(we: LocalOrder): { task: TaskInView | null; picks: PickInView[] } {
  const { viewText = '' } = we;
  const task = taskIn(viewText);
  const picks = picksIn(viewText);
  if (task !== undefined && picks !== undefined) return { task, picks };
  const { view } = we;
  return {
    task: view.task && { taskId: view.task.task_id, status: view.task.status },
    picks: view.picks.map(({ pick_id: pickId, reference, status }) => ({
      pickId,
      reference,
      status,
    })),
  };
}
