/** A test of a value in a body, closed like the operators of a mapping. */
export type Condition = { path: readonly string[] } & (
  | { op: 'eq' | 'above'; value: string | number | boolean | null }
  | { op: 'in'; values: readonly (string | number | boolean | null)[] }
  /** `*` stands for any text. */
  | { op: 'like'; pattern: RegExp }
  /** Greater than the number at another path. */
  | { op: 'above_path'; other: readonly string[] }
  | { op: 'exists'; exists: boolean }
);

/** The value at a path of plain keys; a number picks an element. Undefined where nothing is. */
export function valueAt(body: unknown, path: readonly string[]): unknown {
  let at = body;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

export function holds(condition: Condition, body: unknown): boolean {
  const value = valueAt(body, condition.path);
  switch (condition.op) {
    case 'eq':
      return value === condition.value;
    case 'in':
      return condition.values.some((each) => each === value);
    case 'like':
      return typeof value === 'string' && condition.pattern.test(value);
    case 'above':
      return isAbove(value, condition.value);
    case 'above_path':
      return isAbove(value, valueAt(body, condition.other));
    case 'exists':
      return (value !== undefined && value !== null) === condition.exists;
  }
}

function isAbove(value: unknown, other: unknown): boolean {
  return typeof value === 'number' && typeof other === 'number' && value > other;
}

export function allHold(conditions: readonly Condition[], body: unknown): boolean {
  return conditions.every((condition) => holds(condition, body));
}
