import { usage } from '../flags.ts';

export interface Setting {
  path: string[];
  value: unknown;
}

const ENVELOPE_FIELDS = new Set([
  'event_id',
  'event_type',
  'event_version',
  'timestamp',
  'source',
  'payload',
]);
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads `--set path=value`: JSON where it parses, else text; `{n}` is the event's number. */
export function readSetting(text: string, number: number): Setting {
  const equals = text.indexOf('=');
  if (equals < 1) throw usage(`--set takes path=value, such as items.0.qty=5, not \`${text}\`.`);
  const path = text.slice(0, equals).split('.');
  if (path.some((part) => part === '' || FORBIDDEN.has(part))) {
    throw usage(`\`${text.slice(0, equals)}\` is not a path such as items.0.qty.`);
  }
  return {
    path: ENVELOPE_FIELDS.has(path[0] ?? '') ? path : ['payload', ...path],
    value: valueOf(text.slice(equals + 1).replaceAll('{n}', String(number))),
  };
}

/** Puts a value at a path, making what is missing on the way. */
export function applySetting(target: Record<string, unknown>, { path, value }: Setting): void {
  let place: unknown = target;
  path.forEach((part, depth) => {
    if (depth === path.length - 1) put(place, part, value, path);
    else {
      const found = get(place, part);
      const next = isContainer(found) ? found : /^\d+$/.test(path[depth + 1] ?? '') ? [] : {};
      if (next !== found) put(place, part, next, path);
      place = next;
    }
  });
}

function get(place: unknown, part: string): unknown {
  if (Array.isArray(place)) return place[Number(part)];
  return isRecord(place) ? place[part] : undefined;
}

function put(place: unknown, part: string, value: unknown, path: readonly string[]): void {
  if (isRecord(place)) {
    place[part] = value;
    return;
  }
  const index = Number(part);
  if (!Array.isArray(place) || !Number.isInteger(index) || index < 0 || index > place.length) {
    throw usage(
      `--set ${path.join('.')}: \`${part}\` is not an index of that list or one after it.`,
    );
  }
  place[index] = value;
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value) || isRecord(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
