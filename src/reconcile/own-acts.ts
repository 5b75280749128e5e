import { isOk } from '../connections/attempt.ts';
import type { HttpResult } from '../connections/http.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OwnAct } from './drift.ts';
import { pickVersion, taskVersion } from './remote.ts';
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
  switch (act.kind) {
    case 'redeliver': {
      const path = `/webhook-deliveries/${encodeURIComponent(act.deliveryId)}/redeliver`;
      return sentIf(await deps.remote.send('wms', { method: 'POST', path, key }));
    }
    case 'close_task':
      return closeTask(deps, act, key);
    case 'cancel_pick':
      return cancelPick(deps, act, key);
    case 'tell_crm': {
      if (order === null) return 'failed';
      const attempt = await deps.tellCrm(order, act.notice);
      if (attempt.kind !== 'done') return 'failed';
      return attempt.outcome.type === 'crm_told' ? 'sent' : 'changed';
    }
  }
}

type Act<Kind extends OwnAct['kind']> = Extract<OwnAct, { kind: Kind }>;

async function closeTask(
  { remote }: RunDeps,
  { taskId, expected, ours }: Act<'close_task'>,
  key: string,
): Promise<OwnResult> {
  const now = await remote.task(taskId);
  if ('unread' in now) return 'failed';
  if (now.found === null || taskVersion(now.found) !== expected) return 'changed';
  const kept = ours === null || ours === taskId ? now : await remote.task(ours);
  if ('unread' in kept) return 'failed';
  if (kept.found === null) return 'changed';
  const path = `/tasks/${encodeURIComponent(taskId)}`;
  const body = { status: 'CANCELLED' };
  return sentIf(await remote.send('tasks', { method: 'PATCH', path, body, key }));
}

async function cancelPick(
  { remote }: RunDeps,
  { pickId, expected, ours }: Act<'cancel_pick'>,
  key: string,
): Promise<OwnResult> {
  const now = await remote.pick(pickId);
  if ('unread' in now) return 'failed';
  if (now.found === null || pickVersion(now.found) !== expected) return 'changed';
  const kept = await remote.pick(ours);
  if ('unread' in kept) return 'failed';
  if (kept.found === null) return 'changed';
  const path = `/picks/${encodeURIComponent(pickId)}/cancel`;
  const body = { reason: 'another pick has the same reference' };
  return sentIf(await remote.send('wms', { method: 'POST', path, body, key }));
}

function sentIf(result: HttpResult): OwnResult {
  return isOk(result) ? 'sent' : 'failed';
}
