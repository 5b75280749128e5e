import type { NodeReader } from '../mapping/yaml/fields.ts';
import type { YamlNode } from '../mapping/yaml/node.ts';
import type { Condition } from './condition.ts';
import { readKeys, refuse, type Placed } from './read-parts.ts';

const TESTS = ['eq', 'in', 'like', 'above', 'above_path', 'exists'] as const;

/** A condition, or a list of them that must all hold. */
export function readConditions(node: YamlNode | undefined, reader: NodeReader): Condition[] {
  if (node === undefined) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((each) => {
    const condition = readCondition(each, reader);
    return condition === null ? [] : [condition];
  });
}

/** The paths that conditions look at, to be held against a schema. */
export function conditionPaths(
  node: YamlNode | undefined,
  reader: NodeReader,
): Placed<readonly string[]>[] {
  if (node === undefined) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((each) =>
    each.kind === 'map'
      ? each.entries
          .filter(({ key }) => key === 'path' || key === 'above_path')
          .flatMap(({ value }) => readKeys(value, reader) ?? [])
      : [],
  );
}

function readCondition(node: YamlNode, reader: NodeReader): Condition | null {
  const fields = reader.fields(node, ['path', ...TESTS], 'A condition');
  if (fields === null) return null;
  const pathNode = reader.required(fields, 'path', 'A condition needs path:.');
  const path = pathNode === null ? null : readKeys(pathNode, reader);
  const given = TESTS.filter((test) => fields.has(test));
  const [test] = given;
  const operand = test === undefined ? undefined : fields.get(test);
  if (test === undefined || operand === undefined || given.length > 1) {
    return refuse(reader, node.place, `A condition has exactly one of ${TESTS.join(', ')}.`);
  }
  return path === null ? null : readTest(path.value, { test, operand }, reader);
}

interface Test {
  test: (typeof TESTS)[number];
  operand: YamlNode;
}

function readTest(
  path: readonly string[],
  { test, operand }: Test,
  reader: NodeReader,
): Condition | null {
  switch (test) {
    case 'eq':
    case 'above':
      return operand.kind === 'scalar'
        ? { path, op: test, value: operand.value }
        : refuse(reader, operand.place, `${test}: takes a single value.`);
    case 'in': {
      const list = reader.list(operand, 'in')?.items ?? [];
      const values = list.flatMap((each) => (each.kind === 'scalar' ? [each.value] : []));
      if (values.length < list.length) refuse(reader, operand.place, 'in: takes single values.');
      return { path, op: 'in', values };
    }
    case 'like': {
      const text = reader.text(operand, 'like');
      return text === null ? null : { path, op: 'like', pattern: patternOf(text) };
    }
    case 'above_path': {
      const other = readKeys(operand, reader);
      return other === null ? null : { path, op: 'above_path', other: other.value };
    }
    case 'exists':
      return operand.kind === 'scalar' && typeof operand.value === 'boolean'
        ? { path, op: 'exists', exists: operand.value }
        : refuse(reader, operand.place, 'exists: is true or false.');
  }
}

function patternOf(text: string): RegExp {
  const parts = text
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
