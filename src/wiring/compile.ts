import { compileBundle, type Bundle, type CompileOptions } from '../mapping/bundle.ts';
import { hashOf } from '../mapping/hash.ts';
import { nearest } from '../mapping/shape/nearest.ts';
import { createNodeReader } from '../mapping/yaml/fields.ts';
import { createMistakes, type Mistake, type Mistakes } from '../mapping/yaml/mistake.ts';
import { createSourceFile, plainOf, type SourceText } from '../mapping/yaml/node.ts';
import { parseYaml } from '../mapping/yaml/parse-yaml.ts';
import { SCHEMAS } from '../vocabulary/registry.ts';
import { readFunctions } from './functions.ts';
import { readConnection, type DraftConnection } from './read-connection.ts';
import { resolveConnection } from './resolve-connection.ts';
import type { ConnectionSpec } from './spec.ts';

/** A mappings directory: how every system is reached, and what its words mean. Never changes. */
export interface Wiring {
  /** Of what all its files say. */
  readonly hash: string;
  readonly bundle: Bundle;
  readonly connections: ReadonlyMap<string, ConnectionSpec>;
  readonly files: readonly SourceText[];
}

export type WiringResult = { wiring: Wiring } | { errors: Mistake[] };

const FOLDER = 'connections/';

/** Compiles files that compiled before they were stored; their golden cases wait until asked for. */
export function compileStored(files: readonly SourceText[]): WiringResult {
  return compileWiring(files, { golden: 'checked' });
}

/** Compiles the files of a mappings directory, or says everything that is wrong with them. */
export function compileWiring(
  files: readonly SourceText[],
  options: CompileOptions = {},
): WiringResult {
  const mistakes = createMistakes();
  const functions = readFunctions(files, mistakes);
  const isConnection = ({ path }: SourceText): boolean => path.startsWith(FOLDER);
  const { drafts, contents } = readConnections(files.filter(isConnection), mistakes);
  const compiled = compileBundle(
    files.filter((file) => !isConnection(file)),
    { schemas: SCHEMAS, functions },
    options,
  );
  checkRoutes(drafts, mistakes);
  const connections = new Map<string, ConnectionSpec>();
  if ('bundle' in compiled) {
    for (const draft of drafts) {
      connections.set(draft.name, resolveConnection(draft, compiled.bundle, mistakes));
    }
  }
  const ofBundle = 'errors' in compiled ? compiled.errors : [];
  const errors = [...mistakes.list(), ...ofBundle].toSorted(byPlace);
  if (errors.length > 0 || !('bundle' in compiled)) return { errors };
  const hash = hashOf([compiled.bundle.hash, ...contents]);
  return { wiring: { hash, bundle: compiled.bundle, connections, files } };
}

/** Orders go to connections that have a file of their kind. */
function checkRoutes(drafts: readonly DraftConnection[], mistakes: Mistakes): void {
  for (const { kind, name } of drafts.flatMap(({ routes }) => routes)) {
    const names = drafts.filter((draft) => draft.kind === kind).map((draft) => draft.name);
    if (names.includes(name.value)) continue;
    const message = `There is no connection ${name.value} of kind ${kind}; there is ${names.join(', ') || 'none'}.`;
    const suggestion = nearest(name.value, names);
    mistakes.add(name.place, { code: 'unknown-name', message, suggestion });
  }
}

function byPlace(a: Mistake, b: Mistake): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.col - b.col;
}

function readConnections(
  files: readonly SourceText[],
  mistakes: Mistakes,
): { drafts: DraftConnection[]; contents: unknown[] } {
  const reader = createNodeReader(mistakes);
  const drafts: DraftConnection[] = [];
  const contents: unknown[] = [];
  for (const file of files) {
    const node = parseYaml(createSourceFile(file), mistakes);
    if (node === null) continue;
    contents.push({ connection: plainOf(node) });
    const draft = readConnection(node, reader);
    if (draft === null) continue;
    const twin = drafts.find(({ name }) => name === draft.name);
    if (twin === undefined) drafts.push(draft);
    else {
      const message = `There is a connection ${draft.name} already, in ${twin.file}: give this one another name.`;
      mistakes.add(draft.place, { code: 'duplicate', message });
    }
  }
  return { drafts, contents };
}
