import type { Mapping } from '../../mapping/compile/mapping.ts';
import type { Table } from '../../mapping/read/read-table.ts';
import { nearest } from '../../mapping/shape/nearest.ts';
import { OUR_SCHEMAS } from '../../vocabulary/registry.ts';
import type { Wiring } from '../../wiring/compile.ts';
import type { ConnectionSpec } from '../../wiring/spec.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printPairs, printTable } from '../table.ts';
import { describeConnection, variablesOf } from './describe-connection.ts';
import { describeRules } from './describe-rule.ts';
import { describeSchema } from './describe-schema.ts';

/** A mapping, connection, table or schema; ends the command when there is none of that name. */
export function tellOne(context: Context, wiring: Wiring, name: string): void {
  const { bundle, connections } = wiring;
  const mapping = bundle.mappings.get(name);
  const connection = connections.get(name);
  const table = bundle.tables.get(name);
  if (context.flags.on('schema')) {
    if (!bundle.schemas.has(name)) throw nothingNamed(wiring, name);
    tellSchema(context, wiring, name);
  } else if (mapping !== undefined) tellMapping(context, mapping);
  else if (connection !== undefined) tellConnection(context, connection);
  else if (table !== undefined) tellTable(context, table);
  else if (bundle.schemas.has(name)) tellSchema(context, wiring, name);
  else throw nothingNamed(wiring, name);
}

function nothingNamed({ bundle, connections }: Wiring, name: string): CliError {
  const { mappings, tables, schemas } = bundle;
  const names = [mappings, connections, tables, schemas].flatMap((known) => [...known.keys()]);
  const near = nearest(name, names);
  const hint =
    near === undefined ? '`crossdock map show` lists what there is.' : `Did you mean ${near}?`;
  const message = `There is no mapping, connection, table or schema ${name}.`;
  return new CliError(EXIT.notFound, 'not-found', message, { hint });
}

function tellMapping({ json, terminal }: Context, mapping: Mapping): void {
  const rules = describeRules(mapping.spec);
  const { patch } = mapping.spec;
  if (json) {
    terminal.emit({ ...faceOf(mapping), patch, rules });
    return;
  }
  const kind = patch ? ', a patch: absent fields are left out' : '';
  terminal.print(`${mapping.name}@${mapping.version}: ${mapping.from} -> ${mapping.to}${kind}`);
  terminal.print('');
  printTable(
    terminal,
    ['TARGET', 'FROM', 'RULE', 'STEPS'],
    rules.map(({ target, from, steps, locked, rule }) => [
      target,
      from,
      rule,
      [...(locked ? ['locked'] : []), ...steps].join('; ') || '-',
    ]),
  );
}

function tellConnection({ json, terminal }: Context, spec: ConnectionSpec): void {
  const pairs = describeConnection(spec);
  if (json)
    terminal.emit({ name: spec.name, kind: spec.kind, variables: variablesOf(spec), says: pairs });
  else printPairs(terminal, pairs);
}

function tellTable({ json, terminal }: Context, { name, rows }: Table): void {
  const values = [...rows].map(([key, { value }]) => [key, value] as const);
  if (json) terminal.emit({ name, rows: Object.fromEntries(values) });
  else
    printTable(
      terminal,
      ['ROW', 'VALUE'],
      values.map(([key, value]) => [key, JSON.stringify(value)]),
    );
}

function tellSchema({ json, terminal }: Context, { bundle }: Wiring, name: string): void {
  const schema = bundle.schemas.get(name);
  if (schema === undefined) return;
  const written = Object.hasOwn(OUR_SCHEMAS, name) && !name.startsWith('command.');
  const fields = describeSchema(schema, written ? 'target' : 'source');
  if (json) {
    terminal.emit({ name, fields });
    return;
  }
  printTable(
    terminal,
    ['PATH', 'MAY BE', 'TYPE'],
    fields.map(({ path, type, absent, nullable }) => [
      path,
      [...(absent ? ['absent'] : []), ...(nullable ? ['null'] : [])].join(', ') || '-',
      type,
    ]),
  );
}

export function faceOf({ name, version, from, to, at }: Mapping) {
  return { name, version, from, to, at };
}
