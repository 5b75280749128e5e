import type { OpSpec, PlainOp } from '../read/spec.ts';
import { epochMsOf, instantWriter, isoOf } from '../run/moments.ts';
import { FAILED } from '../run/run.ts';
import { misfit } from '../shape/fits.ts';
import {
  INSTANT,
  INTEGER,
  nameOf,
  OPEN_TEXT,
  optionsOf,
  textOf,
  type Shape,
} from '../shape/shape.ts';
import { slotOf } from '../shape/zod-shape.ts';
import type { RuleContext } from './context.ts';
import { compileCall } from './call.ts';

/** One operator, applied to a value of the kind that it takes. */
export interface CompiledOp {
  name: string;
  shape: Shape;
  /** It can answer null or nothing. */
  nullable: boolean;
  absent: boolean;
  apply: (value: unknown) => unknown;
  /** What is said when it answers FAILED. */
  complaint: { code: 'MAP_TYPE' | 'MAP_FN'; message: string };
}

/** Checks an operator against what comes in; null when a mistake was added. */
export function compileOp(op: OpSpec, shape: Shape, context: RuleContext): CompiledOp | null {
  if (op.kind === 'fn') return compileFnOp(op, shape, context);
  if (shape.kind === 'any') {
    const message = `${op.kind} needs to know what it is given: declare the source under custom: in this mapping.`;
    context.mistakes.add(op.place, { code: 'type', message });
    return null;
  }
  const takes = TAKES[op.kind];
  const strange = optionsOf(shape).find((option) => !takes.kinds.includes(option.kind));
  if (strange === undefined) return { ...plainOp(op, shape), nullable: false, absent: false };
  const message = `${op.kind} takes ${takes.words}, and is given ${nameOf(strange)}.`;
  context.mistakes.add(op.place, { code: 'type', message });
  return null;
}

const TEXT = { kinds: ['text'] as readonly string[], words: 'a text' };

const TAKES: Record<PlainOp | 'to_datetime', typeof TEXT> = {
  trim: TEXT,
  upper: TEXT,
  lower: TEXT,
  to_datetime: TEXT,
  to_epoch_ms: TEXT,
  to_string: { kinds: ['text', 'number', 'boolean'], words: 'a text, a number or a boolean' },
  to_int: { kinds: ['text', 'number'], words: 'a text or a number' },
  from_epoch_ms: { kinds: ['number'], words: 'a number' },
};

type Plain = Pick<CompiledOp, 'name' | 'shape' | 'apply' | 'complaint'>;

function plainOp(op: Exclude<OpSpec, { kind: 'fn' }>, shape: Shape): Plain {
  const name = op.kind;
  const complain = (words: string) => ({ code: 'MAP_TYPE' as const, message: `is not ${words}.` });
  switch (op.kind) {
    case 'trim':
    case 'upper':
    case 'lower': {
      const change = CHANGES[op.kind];
      return {
        name,
        shape: changed(shape, change),
        apply: (value) => change(String(value)),
        complaint: complain('a text'),
      };
    }
    case 'to_string':
      return {
        name,
        shape: OPEN_TEXT,
        apply: writeText,
        complaint: complain('a number that can be written out'),
      };
    case 'to_int':
      return { name, shape: INTEGER, apply: readInteger, complaint: complain('a whole number') };
    case 'to_epoch_ms':
      return {
        name,
        shape: INTEGER,
        apply: readEpochMs,
        complaint: complain('a date-time with an offset'),
      };
    case 'from_epoch_ms':
      return {
        name,
        shape: INSTANT,
        apply: (value) => isoOf(Number(value)) ?? FAILED,
        complaint: complain('a time in ms'),
      };
    case 'to_datetime': {
      const write = instantWriter(op);
      const apply = (value: unknown) => write(String(value)) ?? FAILED;
      const words =
        op.time === null
          ? 'a date with a time (time: gives one to a bare date)'
          : 'a date or date-time';
      return { name, shape: INSTANT, apply, complaint: complain(words) };
    }
  }
}

const CHANGES = {
  trim: (text: string) => text.trim(),
  upper: (text: string) => text.toUpperCase(),
  lower: (text: string) => text.toLowerCase(),
};

function changed(shape: Shape, change: (text: string) => string): Shape {
  const words = shape.kind === 'text' ? shape.oneOf : null;
  return words === null ? OPEN_TEXT : textOf([...new Set(words.map(change))]);
}

const INTEGER_TEXT = /^-?\d{1,16}$/;

function readInteger(value: unknown): unknown {
  if (typeof value === 'string' && !INTEGER_TEXT.test(value)) return FAILED;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : FAILED;
}

function writeText(value: unknown): unknown {
  const text = String(value);
  return typeof value === 'number' && text.includes('e') ? FAILED : text;
}

const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;

function readEpochMs(value: unknown): unknown {
  const text = String(value);
  return OFFSET.test(text) ? (epochMsOf(text, { zone: 'UTC', time: null }) ?? FAILED) : FAILED;
}

/** A date-time that is wanted as a number is not written out in between. */
export function fused(ops: readonly CompiledOp[], specs: readonly OpSpec[]): CompiledOp[] {
  return ops.flatMap((op, index) => {
    const [spec, before, next] = [specs[index], specs[index - 1], ops[index + 1]];
    if (spec?.kind === 'to_datetime' && next?.name === 'to_epoch_ms') {
      const apply = (value: unknown) => epochMsOf(String(value), spec) ?? FAILED;
      return [{ ...op, name: `${op.name}, ${next.name}`, shape: INTEGER, apply }];
    }
    return op.name === 'to_epoch_ms' && before?.kind === 'to_datetime' ? [] : [op];
  });
}

function compileFnOp(
  op: Extract<OpSpec, { kind: 'fn' }>,
  shape: Shape,
  context: RuleContext,
): CompiledOp | null {
  const call = compileCall(op.name, op.place, context);
  if (call === null) return null;
  const complaint = misfit(shape, slotOf(call.input, 'target').shape);
  if (complaint !== null) {
    const message = `${op.name} cannot take what is here: ${complaint}.`;
    context.mistakes.add(op.place, { code: 'type', message });
    return null;
  }
  const output = slotOf(call.output, 'source');
  return {
    name: op.name,
    shape: output.shape,
    nullable: output.nullable,
    absent: output.absent,
    apply: call.run,
    complaint: { code: 'MAP_FN', message: `made ${op.name} fail.` },
  };
}
