import { isRecord } from './path.ts';

/** Whether two items have the same value at the end of the keys. */
export function hasTwins(items: readonly unknown[], keys: readonly string[]): boolean {
  if (items.length < 2 || isRising(items, keys)) return false;
  const seen = new Set<unknown>();
  for (const item of items) seen.add(valueAt(item, keys));
  return seen.size < items.length;
}

/** Most ids count up, and what rises never repeats: that is known without keeping them all. */
function isRising(items: readonly unknown[], keys: readonly string[]): boolean {
  let before = '';
  for (let index = 0; index < items.length; index += 1) {
    const value = valueAt(items[index], keys);
    if (typeof value !== 'string' || value.length < before.length) return false;
    if (value.length === before.length && value <= before) return false;
    before = value;
  }
  return true;
}

function valueAt(item: unknown, keys: readonly string[]): unknown {
  let value = item;
  for (let index = 0; index < keys.length; index += 1) {
    value = isRecord(value) ? value[keys[index] as string] : undefined;
  }
  return value;
}
