import type { Attempt } from '../connections/attempt.ts';
import type { Command } from '../domain/commands.ts';
import { crmKey, type OrderAddress } from '../domain/ids.ts';
import type { OwnAct } from './drift.ts';
import { bundleOf } from './homes.ts';
import { pickVersion, taskVersion, type Compared } from './remote.ts';
import type { Found, RemoteSide } from './remote-side.ts';
import type { RunDeps } from './run-deps.ts';

export interface OwnWork {
  act: OwnAct;
  order: OrderAddress | null;
  /** The same on every attempt at this drift of this run. */
  key: string;
}

/** `changed`: the record is not any more what was judged, so the next run judges it anew. */
export type OwnResult = 'sent' | 'failed' | 'changed';

/** Sends the command that a drift takes and that no order sends. */
export async function carryOut(deps: RunDeps, { act, order, key }: OwnWork): Promise<OwnResult> {
  if (act.kind === 'redeliver') {
    const { connection, deliveryId } = act;
    const sent = await deps.remote.redeliver(connection, { deliveryId, key });
    return sent ? 'sent' : 'failed';
  }
  if (order === null) return 'failed';
  const connection = act.kind === 'tell_crm' ? order.connection : act.connection;
  const we = deps.book.order(order);
  const bundle = we === undefined ? deps.remote.today().bundle : bundleOf(we);
  const side = await deps.remote.side({ connection, bundle });
  if ('unread' in side) return 'failed';
  const asking = { side, order, key };
  switch (act.kind) {
    case 'close_task':
      return closeTask(asking, act);
    case 'cancel_pick':
      return cancelPick(asking, act);
    case 'tell_crm': {
      const { notice } = act;
      // The command is the one that the order would send.
      const command: Command = {
        ...{ kind: 'tell_crm', key: crmKey(order, notice.sequence), notices: [notice] },
      };
      const attempt = await side.send(command, order);
      return resultOf(attempt, 'crm_told');
    }
  }
}

interface Asking {
  side: RemoteSide;
  order: OrderAddress;
  key: string;
}

type Act<Kind extends OwnAct['kind']> = Extract<OwnAct, { kind: Kind }>;

async function closeTask(
  { side, order, key }: Asking,
  { taskId, expected, ours }: Act<'close_task'>,
): Promise<OwnResult> {
  const look = (id: string) => side.look({ id, reference: null, order });
  const now = await look(taskId);
  const kept = ours === null || ours === taskId ? now : await look(ours);
  const judged = stillJudged({ now, kept }, (one) =>
    one.kind === 'tasks' ? taskVersion(one.task) === expected : false,
  );
  if (judged !== null) return judged;
  const patch = { status: 'CANCELLED' } as const;
  return resultOf(
    await side.send({ kind: 'update_task', key, taskId, patch }, order),
    'task_updated',
  );
}

async function cancelPick(
  { side, order, key }: Asking,
  { pickId, reference, expected, ours }: Act<'cancel_pick'>,
): Promise<OwnResult> {
  const now = await side.look({ id: pickId, reference, order });
  const kept = await side.look({ id: ours, reference, order });
  const judged = stillJudged({ now, kept }, (one) =>
    one.kind === 'wms' ? pickVersion(one.pick) === expected : false,
  );
  if (judged !== null) return judged;
  const reason = 'another pick has the same reference';
  const command: Command = { kind: 'cancel_pick', key, reference, pickId, lines: null, reason };
  return resultOf(await side.send(command, order), 'cancel_answered');
}

interface Seen {
  now: Found<Compared>;
  /** The record beside which it is one too many. */
  kept: Found<Compared>;
}

/** Null when the record is what was judged, and the other one is there. */
function stillJudged({ now, kept }: Seen, isSame: (one: Compared) => boolean): OwnResult | null {
  if ('unread' in now || 'unread' in kept) return 'failed';
  if (now.found === null || !isSame(now.found) || kept.found === null) return 'changed';
  return null;
}

function resultOf(attempt: Attempt, hoped: string): OwnResult {
  if (attempt.kind !== 'done' || attempt.outcome.type === 'cancel_impossible') return 'failed';
  return attempt.outcome.type === hoped ? 'sent' : 'changed';
}
