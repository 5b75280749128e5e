import type { z } from 'zod';
import type { OriginSpec, ValueSpec } from '../read/spec.ts';
import { FAILED, type Frame, type Run } from '../run/run.ts';
import { FILLED_TEXT, OPEN_TEXT, unionOf, type Shape } from '../shape/shape.ts';
import { slotOf } from '../shape/zod-shape.ts';
import { plainOf } from '../yaml/node.ts';
import { compileCall } from './call.ts';
import {
  failOf,
  type Compiled,
  type Joined,
  type Locate,
  type Outcome,
  type Read,
  type RuleContext,
} from './context.ts';
import { refuseMisfits } from './fit.ts';
import { compilePath, type CompiledPath } from './path.ts';

/** What a value starts as, before anything happens to it. */
export interface Origin {
  read: Read;
  shape: Shape;
  /** The schema that the value is known to pass; null when it was made here. */
  schema: z.core.$ZodType | null;
  absent: boolean;
  nullable: boolean;
  locate: Locate;
  /** The names that lead to it from the element at hand; null when it is read in another way. */
  keys: readonly string[] | null;
  joined?: Joined;
}

type CompileValue = (spec: ValueSpec, context: RuleContext) => Compiled | null;

/** Null when a mistake was added. `const` is no origin: nothing happens to it. */
export function compileOrigin(
  origin: Exclude<OriginSpec, { kind: 'const' }>,
  context: RuleContext,
  compileValue: CompileValue,
): Origin | null {
  switch (origin.kind) {
    case 'from': {
      const path = compilePath(origin.at, context);
      if (path === null) return null;
      const { slot, get, locate, keys } = path;
      return { read: get, ...slot, locate, keys };
    }
    case 'first_of':
      return compileFirstOf(origin, context);
    case 'join':
      return compileJoin(origin, context, compileValue);
    case 'fn':
      return compileFn(origin, context, compileValue);
  }
}

function compileFirstOf(
  { paths }: Extract<OriginSpec, { kind: 'first_of' }>,
  context: RuleContext,
): Origin | null {
  const found = paths.map((path) => compilePath(path, context));
  const whole = found.filter((path) => path !== null);
  const [first, ...others] = whole;
  if (first === undefined || whole.length < found.length) return null;
  const read: Read = (frame) => {
    for (const { get } of whole) {
      const value = get(frame);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
  const sameSchema = others.every(({ slot }) => slot.schema === first.slot.schema);
  return {
    read,
    shape: unionOf(whole.map(({ slot }) => slot.shape)),
    schema: sameSchema ? first.slot.schema : null,
    absent: whole.every(({ slot }) => slot.absent || slot.nullable),
    nullable: false,
    locate: locateFirst(whole),
    keys: null,
  };
}

/** The path that has a value, or all of them. */
function locateFirst(paths: readonly CompiledPath[]): Locate {
  return (frame) => {
    const found = paths.find(({ get }) => (get(frame) ?? null) !== null);
    return (found === undefined ? paths : [found]).map(({ locate }) => locate(frame)).join(' or ');
  };
}

/** Named parts made of values; a part that fails or is left out leaves nothing to go on. */
function compileJoin(
  { parts, separator }: Extract<OriginSpec, { kind: 'join' }>,
  context: RuleContext,
  compileValue: CompileValue,
): Origin | null {
  const compiled = parts.map((part) => joinable(compileValue(part, context), context));
  const whole = compiled.filter((part) => part !== null);
  if (whole.length < compiled.length) return null;
  const read = joined(whole, separator);
  const filled = whole.some(({ outcomes }) => outcomes.every(isFilled));
  const locate: Locate = (frame) =>
    whole
      .map((part) => part.locate(frame))
      .filter((at) => at !== null)
      .join(' and ') || null;
  const absent = whole.some((part) => part.absent);
  const outcomes = whole.flatMap((part) => part.outcomes);
  return {
    read,
    shape: filled ? FILLED_TEXT : OPEN_TEXT,
    schema: null,
    absent,
    nullable: false,
    locate,
    keys: null,
    joined: { parts: outcomes, separator },
  };
}

function joined(parts: readonly Compiled[], separator: string): Read {
  const [readFirst = () => '', ...others] = parts.map(({ read }) => read);
  // The elements of an array mostly begin with the same text, such as the id of their order.
  let [first, beginning]: [unknown, string] = ['', separator];
  return (frame, run) => {
    const given = readFirst(frame, run);
    if (given === undefined || given === FAILED) return given;
    if (others.length === 0) return `${given as string}`;
    if (given !== first) [first, beginning] = [given, `${given as string}${separator}`];
    let text = beginning;
    for (let index = 0; index < others.length; index += 1) {
      const value = others[index]?.(frame, run);
      if (value === undefined || value === FAILED) return value;
      text += index === 0 ? (value as string) : separator + (value as string);
    }
    // Such a text is kept in pieces until a character is asked for, and a pattern that is held
    // against pieces takes twice as long.
    text.charCodeAt(0);
    return text;
  };
}

function isFilled(outcome: Outcome): boolean {
  if (outcome.kind === 'const') return outcome.value !== '';
  return outcome.shape.kind !== 'text' || outcome.shape.filled;
}

const JOINABLE: ReadonlySet<string> = new Set(['text', 'number', 'boolean']);

function joinable(part: Compiled | null, { mistakes }: RuleContext): Compiled | null {
  if (part === null) return null;
  const strange = part.outcomes.find((outcome) => {
    if (outcome.kind === 'const') return typeof outcome.value === 'object';
    return outcome.shape.kind === 'union'
      ? outcome.shape.options.some(({ kind }) => !JOINABLE.has(kind))
      : !JOINABLE.has(outcome.shape.kind);
  });
  if (strange === undefined && !part.nullable) return part;
  const message = 'join puts texts, numbers and booleans together, and this can be something else.';
  mistakes.add(part.place, { code: 'type', message });
  return null;
}

function compileFn(
  { name, place, inputs }: Extract<OriginSpec, { kind: 'fn' }>,
  context: RuleContext,
  compileValue: CompileValue,
): Origin | null {
  const call = compileCall(name, place, context);
  const compiled = inputs.map((input) => ({ ...input, made: compileValue(input.value, context) }));
  if (call === null) return null;
  const { shape } = slotOf(call.input, 'target');
  if (shape.kind !== 'object') {
    const message = `${name} takes a single value: use it as ops: [{fn: ${name}}].`;
    context.mistakes.add(place, { code: 'type', message });
    return null;
  }
  for (const { name: key, place: keyPlace, made } of compiled) {
    const slot = shape.fields.get(key);
    if (slot === undefined) {
      const message = `${name} takes no ${key}; it takes ${[...shape.fields.keys()].join(', ')}.`;
      context.mistakes.add(keyPlace, { code: 'unknown-name', message });
    } else if (made !== null) refuseMisfits(made, slot, context);
  }
  for (const [key, slot] of shape.fields) {
    if (slot.absent || inputs.some((input) => input.name === key)) continue;
    context.mistakes.add(place, { code: 'required', message: `${name} requires ${key} in with:.` });
  }
  const reads = compiled.flatMap(({ name: key, made }) => (made === null ? [] : [{ key, made }]));
  const locate: Locate = (frame) =>
    reads
      .map(({ made }) => made.locate(frame))
      .filter((at) => at !== null)
      .join(' and ') || null;
  const fail = failOf(context, locate);
  const read: Read = (frame, run) => callWith({ call, reads, fail, name }, frame, run);
  const output = slotOf(call.output, 'source');
  return {
    read,
    shape: output.shape,
    schema: null,
    absent: output.absent,
    nullable: output.nullable,
    locate,
    keys: null,
  };
}

interface Calling {
  call: NonNullable<ReturnType<typeof compileCall>>;
  reads: readonly { key: string; made: Compiled }[];
  fail: ReturnType<typeof failOf>;
  name: string;
}

function callWith({ call, reads, fail, name }: Calling, frame: Frame, run: Run): unknown {
  const input: Record<string, unknown> = {};
  for (const { key, made } of reads) {
    const value = made.read(frame, run);
    if (value === FAILED) return FAILED;
    if (value !== undefined) input[key] = value;
  }
  const output = call.run(input);
  if (output !== FAILED) return output;
  return fail(frame, run, { code: 'MAP_FN', value: input, message: `made ${name} fail.` });
}

/** A value that is always the same. */
export function compileConst({ node }: Extract<OriginSpec, { kind: 'const' }>): Compiled {
  const value = plainOf(node);
  const outcome: Outcome = { kind: 'const', value, place: node.place };
  const read: Read =
    typeof value === 'object' && value !== null ? () => copyOf(value) : () => value;
  return {
    read,
    copy: null,
    outcomes: [outcome],
    absent: false,
    nullable: value === null,
    locate: () => null,
    place: node.place,
  };
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}
