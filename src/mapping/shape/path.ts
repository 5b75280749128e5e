/** One step of a path. */
export type Segment = { key: string } | { index: number } | 'each';

/** A path as a rule writes it. */
export interface Path {
  text: string;
  /** Where it begins: the element at hand, an enclosing one, the root, or the element's position. */
  from: 'here' | 'root' | 'position';
  /** Enclosing elements to go up, by `^.`. */
  up: number;
  segments: Segment[];
}

const STEP = /^(?:\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\*|-?\d{1,6})\]|\["([^"\\]{1,128})"\])/;
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads `customer.name`, `items[*].sku`, `picks[-1]`, `custom["cf 12"]`, `.` (the element itself),
 * `$.order_id` (from the root), `^.order_no` (from the enclosing element), `$position` (1, 2, ..).
 * A text is what is wrong with it.
 */
export function parsePath(text: string): Path | string {
  if (text === '$position') return { text, from: 'position', up: 0, segments: [] };
  if (text === '.') return { text, from: 'here', up: 0, segments: [] };
  const [, prefix = '', body = ''] = /^(\$\.|(?:\^\.)*)(.*)$/s.exec(text) ?? [];
  const segments = body.startsWith('.') ? null : parseSteps(body);
  if (segments === null) {
    return `${text === '' ? 'An empty text' : text} is not a path; write it like customer.name, items[*].sku, lots[0] or custom["cf 12"].`;
  }
  const forbidden = segments.find(
    (segment) => typeof segment === 'object' && 'key' in segment && FORBIDDEN.has(segment.key),
  );
  if (forbidden !== undefined)
    return `${text} cannot be used: ${pathText([forbidden])} is not a field.`;
  const isRoot = prefix === '$.';
  return { text, from: isRoot ? 'root' : 'here', up: isRoot ? 0 : prefix.length / 2, segments };
}

/** Null for what is no path. */
function parseSteps(body: string): Segment[] | null {
  const segments: Segment[] = [];
  let rest = body;
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (step === null) return null;
    const [whole, key, index, quoted] = step;
    const name = key ?? quoted;
    if (name !== undefined) segments.push({ key: name });
    else segments.push(index === '*' ? 'each' : { index: Number(index) });
    rest = rest.slice(whole.length);
  }
  return segments.length === 0 ? null : segments;
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Writes segments the way that rules write them. */
export function pathText(segments: readonly Segment[]): string {
  let text = '';
  for (const segment of segments) {
    if (segment === 'each') text += '[*]';
    else if ('index' in segment) text += `[${segment.index}]`;
    else if (!PLAIN_KEY.test(segment.key)) text += `["${segment.key}"]`;
    else text += text === '' ? segment.key : `.${segment.key}`;
  }
  return text === '' ? '.' : text;
}

/** `a.b` and `[0].c` are `a.b[0].c`; `.` adds nothing. */
export function joinPath(base: string, text: string): string {
  if (text === '.' || text === '') return base;
  if (base === '' || text.startsWith('[')) return base + text;
  return `${base}.${text}`;
}

export function isSame(a: Segment, b: Segment): boolean {
  return pathText([a]) === pathText([b]);
}
