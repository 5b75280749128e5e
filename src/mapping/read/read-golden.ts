import type { NodeReader } from '../yaml/fields.ts';
import { plainOf, type Place, type YamlNode } from '../yaml/node.ts';

/** What an input is expected to become. */
export interface GoldenCase {
  name: string;
  input: unknown;
  expected: { output: unknown } | { errors: ExpectedError[] };
  place: Place;
}

/** Only what is named is compared. */
export interface ExpectedError {
  code: string;
  source?: string | undefined;
  target?: string | undefined;
}

export interface GoldenFile {
  mapping: string;
  place: Place;
  cases: GoldenCase[];
}

export function readGoldenFile(node: YamlNode, reader: NodeReader): GoldenFile | null {
  const fields = reader.fields(node, ['mapping', 'about', 'cases'], 'A golden file');
  const nameNode = fields?.get('mapping');
  const casesNode = fields?.get('cases');
  if (fields === null || nameNode === undefined || casesNode === undefined) {
    const message = 'A golden file names its mapping: and lists cases:.';
    if (fields !== null) reader.mistakes.add(fields.place, { code: 'grammar', message });
    return null;
  }
  const mapping = reader.text(nameNode, 'mapping');
  const items = reader.list(casesNode, 'cases')?.items ?? [];
  const cases = items.map((item) => readCase(item, reader)).filter((one) => one !== null);
  return mapping === null ? null : { mapping, place: nameNode.place, cases };
}

function readCase(node: YamlNode, reader: NodeReader): GoldenCase | null {
  const fields = reader.fields(node, ['case', 'input', 'output', 'errors'], 'A case');
  if (fields === null) return null;
  const nameNode = fields.get('case');
  const input = fields.get('input');
  const output = fields.get('output');
  const errors = fields.get('errors');
  if (
    nameNode === undefined ||
    input === undefined ||
    (output === undefined) === (errors === undefined)
  ) {
    const message = 'A case has case: (its name), input: and either output: or errors:.';
    reader.mistakes.add(fields.place, { code: 'grammar', message });
    return null;
  }
  const name = reader.text(nameNode, 'case');
  if (name === null) return null;
  const base = { name, input: plainOf(input), place: nameNode.place };
  if (output !== undefined) return { ...base, expected: { output: plainOf(output) } };
  return { ...base, expected: { errors: readErrors(errors, reader) } };
}

function readErrors(node: YamlNode | undefined, reader: NodeReader): ExpectedError[] {
  const items = node === undefined ? [] : (reader.list(node, 'errors')?.items ?? []);
  return items.flatMap((item) => {
    const fields = reader.fields(item, ['code', 'source', 'target'], 'An expected error');
    const [code, source, target] = ['code', 'source', 'target'].map((key) => {
      const given = fields?.get(key);
      return given === undefined ? undefined : (reader.text(given, key) ?? undefined);
    });
    return code === undefined ? [] : [{ code, source, target }];
  });
}
