import { isOrderTask } from './compare-task.ts';
import type { LocalOrder } from './drift.ts';
import { isEndedTask, type RemoteOrder, type RemotePick, type RemoteTask } from './remote.ts';
import {
  hasPriority,
  pickBegins,
  picksIn,
  taskIn,
  toldLinesIn,
  versionIn,
  type ToldLine,
} from './view-text.ts';

/**
 * Whether a record surely agrees with our books: then comparing it finds nothing. Most records do,
 * and for them the order's view is not parsed. `false` says nothing: compare.
 */
export type Agreement<Remote> = (we: LocalOrder, remote: Remote) => boolean;

export const crmAgrees: Agreement<RemoteOrder> = ({ viewText }, crm) => {
  if (viewText === undefined) return false;
  const version = versionIn(viewText) ?? 0;
  if (version === 0 || crm.version > version) return false;
  const ours = toldLinesIn(viewText);
  if (ours?.length !== crm.lines.length) return false;
  if (!areDistinct(crm.lines)) return false;
  return ours.every((line, position) => isTold(line, crm.lines[position]));
};

/** Of two lines with one id, comparing looks at the last alone. */
function areDistinct(lines: readonly { line_id: string | null }[]): boolean {
  return new Set(lines.map((line) => line.line_id)).size === lines.length;
}

function isTold(ours: ToldLine, theirs: RemoteOrder['lines'][number] | undefined): boolean {
  return (
    theirs?.line_id === ours.lineId &&
    theirs.picked === ours.picked &&
    theirs.shipped === ours.shipped &&
    theirs.cancelled === ours.cancelled
  );
}

/** Our account of the pick is, to the letter, what the record leads to. */
export const pickAgrees: Agreement<RemotePick> = ({ viewText }, pick) => {
  if (viewText === undefined || (versionIn(viewText) ?? 0) === 0) return false;
  const begin = pickBegins(viewText, pick.pick_id);
  if (begin < 0 || !areDistinct(pick.lines)) return false;
  const { pick_id, reference, status, lines } = pick;
  return viewText.startsWith(JSON.stringify({ pick_id, reference, status, lines }), begin);
};

export const taskAgrees: Agreement<RemoteTask> = (we, task) => {
  const { viewText } = we;
  if (viewText === undefined || !isOrderTask(task)) return false;
  const ours = taskIn(viewText);
  if (ours?.taskId !== task.task_id) return false;
  if (we.closedAt !== null) return isEndedTask(task);
  if (isEndedTask(task) || ours.status !== task.status) return false;
  if (!hasPriority(viewText, task.priority)) return false;
  const due = task.due_date === null ? null : Date.parse(task.due_date);
  return due === we.promisedAt && showsPicks(viewText, task);
};

function showsPicks(viewText: string, { metadata }: RemoteTask): boolean {
  const shown: unknown = metadata['pick_ids'];
  const ids = picksIn(viewText)?.flatMap(({ pickId }) => pickId ?? []);
  if (ids === undefined) return false;
  if (!Array.isArray(shown)) return ids.length === 0;
  return ids.length === shown.length && ids.every((id, position) => shown[position] === id);
}
