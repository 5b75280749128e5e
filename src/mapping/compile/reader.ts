import { FAILED, type Frame, type Run } from '../run/run.ts';
import type { Shape } from '../shape/shape.ts';
import { note, type CompiledCase, type OnCase } from './cases.ts';
import type { Fail, Read } from './context.ts';
import type { CompiledOp } from './ops.ts';
import type { Origin } from './origin.ts';

export type Cases = Record<'absent' | 'null' | 'empty', CompiledCase>;

/** What one value is read by, in the order of its steps. */
export interface Plan {
  origin: Origin;
  ops: readonly CompiledOp[];
  isKind: (value: unknown) => boolean;
  mayBeEmpty: boolean;
  fail: Fail;
  cases: Cases;
  end: OnCase | null;
}

export function readerOf(plan: Plan): Read {
  const { origin, ops, end, mayBeEmpty } = plan;
  const { read } = origin;
  const take = takerOf(plan);
  if (ops.length > 0 || end !== null) return (frame, run) => take(frame, run, read(frame, run));
  // Most fields are copied as they are: what is usual is told from what is not by one test.
  if (origin.shape.kind === 'text') {
    return (frame, run) => {
      const value = read(frame, run);
      return typeof value === 'string' && (value !== '' || !mayBeEmpty)
        ? value
        : take(frame, run, value);
    };
  }
  if (origin.shape.kind === 'number') {
    return (frame, run) => {
      const value = read(frame, run);
      return typeof value === 'number' ? value : take(frame, run, value);
    };
  }
  return (frame, run) => take(frame, run, read(frame, run));
}

/** What becomes of a value that was read, whatever it is. */
function takerOf(plan: Plan): OnCase {
  const { ops, isKind, fail, cases } = plan;
  const [onAbsent, onNull] = [cases.absent.on, cases.null.on];
  const finish = finisherOf(plan);
  return (frame, run, given) => {
    let value = given;
    if (value === undefined) return onAbsent(frame, run, value);
    if (value === null) return onNull(frame, run, value);
    if (value === FAILED) return FAILED;
    if (!isKind(value)) {
      const message = 'is not of the type that its schema says.';
      return fail(frame, run, { code: 'MAP_TYPE', value, message });
    }
    if (ops.length > 0) {
      value = applyOps(plan, frame, run, value);
      if (value === undefined) return onAbsent(frame, run, value);
      if (value === null) return onNull(frame, run, value);
      if (value === FAILED) return FAILED;
    }
    return finish(frame, run, value);
  };
}

function finisherOf({ mayBeEmpty, cases, end }: Plan): OnCase {
  const { on: onEmpty, passes } = cases.empty;
  return (frame, run, value) => {
    if (mayBeEmpty && isEmpty(value)) {
      const instead = onEmpty(frame, run, value);
      if (!passes) return instead;
    }
    return end === null ? value : end(frame, run, value);
  };
}

function applyOps({ ops, fail }: Plan, frame: Frame, run: Run, given: unknown): unknown {
  let value = given;
  for (const { name, apply, complaint } of ops) {
    const before = value;
    value = apply(before);
    if (value === FAILED) return fail(frame, run, { ...complaint, value: before });
    if (value === undefined || value === null) return value;
    note(run, name);
  }
  return value;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

export function kindTest(shape: Shape): (value: unknown) => boolean {
  switch (shape.kind) {
    case 'text':
      return (value) => typeof value === 'string';
    case 'number':
    case 'boolean':
      return (value) => typeof value === shape.kind;
    case 'array':
      return Array.isArray;
    case 'object':
      return (value) => typeof value === 'object' && !Array.isArray(value);
    case 'union': {
      const tests = shape.options.map(kindTest);
      return (value) => tests.some((test) => test(value));
    }
    case 'any':
    case 'nothing':
      return () => true;
  }
}
