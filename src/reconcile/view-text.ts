/**
 * Looks into a stored view without parsing it. Each reader answers what the parsed view would say,
 * or undefined when the text is not written as `viewOf` writes it: then it has to be parsed. A quote
 * inside a JSON string is escaped, so an unescaped one before a name begins that name.
 */

const HEAD = /^\{"order_id":"(?:[^"\\]|\\.)*","connection":"[^"\\]*","version":(\d+),"stage":/;
const TASK = /\],"task":(?:null|\{"task_id":"([^"\\]*)","status":"([^"\\]*)"\}),"picks":\[/;
const PICK =
  /\{"pick_id":(?:null|"([^"\\]*)"),"reference":"([^"\\]*)","status":"([^"\\]*)","lines":\[/y;
const LINE =
  /\{"line_id":"([^"\\]*)","sku":"[^"\\]*","ordered":\d+,"open":\d+,"requested":\d+,"allocated":\d+,"picked":(\d+),"shipped":(\d+),"backordered":\d+,"cancelled":(\d+),"substituted_out":\d+,"over":\d+\}(,|\],"task":)/y;

const BUNDLE = /,"mapping_bundle":"([^"\\]*)"\}$/;

const BUNDLE_BEGIN = ',"mapping_bundle":"';
const LINES_BEGIN = ',"lines":[';
const LINES_EMPTY = ',"lines":[],"task":';
const PICKS_BEGIN = ',"picks":[';
const PICK_BEGIN = '{"pick_id":';

export function versionIn(text: string): number | undefined {
  const [, version] = HEAD.exec(text) ?? [];
  return version === undefined ? undefined : Number(version);
}

/** The bundle that the order is pinned to; it stands at the end. */
export function bundleIn(text: string): string | undefined {
  const begin = text.lastIndexOf(BUNDLE_BEGIN);
  return begin < 0 ? undefined : BUNDLE.exec(text.slice(begin))?.[1];
}

/** True when surely nothing is in flight; it stands near the end. */
export function isQuiet(text: string): boolean {
  return text.lastIndexOf(',"in_flight":0,"waits_for":[') >= 0;
}

/** True when this surely is the order's priority. */
export function hasPriority(text: string, priority: string): boolean {
  return text.includes(`,"priority":${JSON.stringify(priority)},"lines":[`);
}

export interface TaskInView {
  taskId: string;
  status: string;
}

export function taskIn(text: string): TaskInView | null | undefined {
  const found = TASK.exec(text);
  if (found === null) return undefined;
  const [, taskId, status] = found;
  return taskId === undefined || status === undefined ? null : { taskId, status };
}

export interface PickInView {
  pickId: string | null;
  reference: string;
  status: string;
}

export function picksIn(text: string): PickInView[] | undefined {
  const begin = text.indexOf(PICKS_BEGIN);
  if (begin < 0) return undefined;
  const picks: PickInView[] = [];
  let at = begin + PICKS_BEGIN.length;
  if (text.startsWith('],"backorders":', at)) return picks;
  while (at >= 0) {
    PICK.lastIndex = at;
    const found = PICK.exec(text);
    if (found === null) return undefined;
    const [, pickId = null, reference = '', status = ''] = found;
    picks.push({ pickId, reference, status });
    at = text.indexOf(PICK_BEGIN, PICK.lastIndex);
  }
  return picks;
}

/** Where the first pick with this id begins; -1 when there is none. */
export function pickBegins(text: string, pickId: string): number {
  return text.indexOf(`${PICK_BEGIN}${JSON.stringify(pickId)},`);
}

/** What the CRM is told of a line, of what only moves with what happened. */
export interface ToldLine {
  lineId: string;
  picked: number;
  shipped: number;
  cancelled: number;
}

export function toldLinesIn(text: string): ToldLine[] | undefined {
  const begin = text.indexOf(LINES_BEGIN);
  if (begin < 0) return undefined;
  const lines: ToldLine[] = [];
  if (text.startsWith(LINES_EMPTY, begin)) return lines;
  LINE.lastIndex = begin + LINES_BEGIN.length;
  for (;;) {
    const found = LINE.exec(text);
    if (found === null) return undefined;
    const [, lineId = '', picked, shipped, cancelled, end] = found;
    const [picks, ships, cancels] = [Number(picked), Number(shipped), Number(cancelled)];
    lines.push({ lineId, picked: picks, shipped: ships, cancelled: cancels });
    if (end !== ',') return lines;
  }
}
