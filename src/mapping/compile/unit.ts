import type { UnitTable } from '../read/read-table.ts';
import type { UnitUse } from '../read/spec.ts';
import { exactProduct } from '../run/exact.ts';
import type { Frame, Run } from '../run/run.ts';
import { nearest } from '../shape/nearest.ts';
import { nameOf, optionsOf, type Shape } from '../shape/shape.ts';
import type { Place } from '../yaml/node.ts';
import { note } from './cases.ts';
import type { Fail, RuleContext } from './context.ts';
import { compilePath } from './path.ts';

type Get = (frame: Frame) => unknown;

interface UnitRequest {
  use: UnitUse;
  shape: Shape;
  context: RuleContext;
  fail: Fail;
}

/** Converts a quantity exactly, or fails with MAP_UNIT; null when a mistake was added. */
export function compileUnit({ use, shape, context, fail }: UnitRequest) {
  const table = tableOf(use, context);
  const from = unitOf(use, table, context);
  const per = use.per === null ? null : compilePath(use.per, context);
  const strange = optionsOf(shape).find(({ kind }) => kind !== 'number');
  if (strange !== undefined) {
    const message = `unit: converts a number, and this is ${nameOf(strange)}: add ops: [to_int].`;
    context.mistakes.add(use.place, { code: 'type', message });
  }
  const known = table !== null && knowsUnit(table, use.to, context);
  if (table === null || from === null || !known || strange !== undefined) return null;
  if (use.per !== null && per === null) return null;
  const getPer: Get = per?.get ?? (() => undefined);
  const to = use.to.word;
  return (frame: Frame, run: Run, value: unknown): unknown => {
    const refuse = (message: string) => fail(frame, run, { code: 'MAP_UNIT', value, message });
    const given = from(frame);
    if (typeof given !== 'string') return refuse('has no unit beside it.');
    const own = table.per.get(String(getPer(frame)));
    const times = own?.get(given) ?? table.factors.get(given);
    const parts = own?.get(to) ?? table.factors.get(to);
    if (times === undefined || parts === undefined) {
      return refuse(`is in a unit that table ${use.name} does not know for this item.`);
    }
    const product = exactProduct(Number(value), { times, parts });
    if (product === undefined) return refuse(`is not a whole number of ${to}: nothing is rounded.`);
    if (run.trace !== null) note(run, `unit ${given} -> ${to}`);
    return product;
  };
}

function tableOf({ name, place }: UnitUse, { library, mistakes }: RuleContext): UnitTable | null {
  const table = library.units.get(name);
  if (table !== undefined) return table;
  const message = `There is no unit table ${name}.`;
  const suggestion = nearest(name, [...library.units.keys()]);
  mistakes.add(place, { code: 'unknown-name', message, suggestion });
  return null;
}

function knownUnits(table: UnitTable): string[] {
  return [
    ...new Set([
      ...table.factors.keys(),
      ...[...table.per.values()].flatMap((own) => [...own.keys()]),
    ]),
  ];
}

function knowsUnit(
  table: UnitTable,
  unit: { word: string; place: Place },
  { mistakes }: RuleContext,
): boolean {
  const known = knownUnits(table);
  if (known.includes(unit.word)) return true;
  const message = `Unit table ${table.name} has no ${unit.word}; it has ${known.join(', ')}.`;
  mistakes.add(unit.place, {
    code: 'unknown-name',
    message,
    suggestion: nearest(unit.word, known),
  });
  return false;
}

/** Reads the unit that a quantity is given in. */
function unitOf({ from }: UnitUse, table: UnitTable | null, context: RuleContext): Get | null {
  if ('word' in from) {
    if (table !== null && !knowsUnit(table, from, context)) return null;
    return () => from.word;
  }
  const path = compilePath(from, context);
  if (path === null || table === null) return null;
  const strange = optionsOf(path.slot.shape).find(({ kind }) => kind !== 'text');
  if (strange !== undefined) {
    const message = `A unit is named by a text, and this is ${nameOf(strange)}.`;
    context.mistakes.add(from.place, { code: 'type', message });
    return null;
  }
  for (const option of optionsOf(path.slot.shape)) {
    const words = option.kind === 'text' ? (option.oneOf ?? []) : [];
    for (const word of words) knowsUnit(table, { word, place: from.place }, context);
  }
  return path.get;
}
