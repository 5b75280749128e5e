import { nameOf, type Shape, type Slot } from './shape.ts';

/** Why a value of one shape cannot stand where another is wanted, with what to do; null when it can. */
export function misfit(source: Shape, target: Shape): string | null {
  if (target.kind === 'any') return null;
  if (source.kind === 'any')
    return 'its type is not declared: declare it under custom: in this mapping';
  if (source.kind === 'nothing') return null;
  if (source.kind === 'union') return first(source.options.map((option) => misfit(option, target)));
  if (target.kind === 'union') return misfitOfAll(source, target.options);
  switch (target.kind) {
    case 'text':
      return textMisfit(source, target);
    case 'number':
      return numberMisfit(source, target);
    case 'boolean':
      return source.kind === 'boolean' ? null : differs(source, target);
    case 'array':
      return arrayMisfit(source, target);
    case 'object':
      return objectMisfit(source, target);
    case 'nothing':
      return differs(source, target);
  }
}

function first(complaints: readonly (string | null)[]): string | null {
  return complaints.find((complaint) => complaint !== null) ?? null;
}

function misfitOfAll(source: Shape, options: readonly Shape[]): string | null {
  const complaints = options.map((option) => misfit(source, option));
  return complaints.includes(null) ? null : (complaints[0] ?? null);
}

function differs(source: Shape, target: Shape): string {
  return `it is ${nameOf(source)}, and the target takes ${nameOf(target)}`;
}

type Of<Kind extends Shape['kind']> = Extract<Shape, { kind: Kind }>;

function textMisfit(source: Shape, target: Of<'text'>): string | null {
  if (source.kind === 'number') {
    const op = target.format === 'datetime' ? 'from_epoch_ms' : 'to_string';
    return `${differs(source, target)}: add ops: [${op}]`;
  }
  if (source.kind !== 'text') return differs(source, target);
  if (target.oneOf !== null) {
    if (source.oneOf === null) return `${differs(source, target)}: use a table`;
    const strange = source.oneOf.filter((word) => target.oneOf?.includes(word) === false);
    return strange.length === 0
      ? null
      : `${strange.join(', ')} is not ${nameOf(target)}: use a table`;
  }
  if (target.format === null || target.format === source.format) return null;
  return target.format === 'datetime'
    ? `${differs(source, target)}: add ops: [{to_datetime: {tz: UTC}}]`
    : differs(source, target);
}

/** What makes a number of a text. */
const NUMBERED = {
  text: 'to_int',
  datetime: 'to_epoch_ms',
  date: `{to_datetime: {tz: UTC, time: '23:59'}}, to_epoch_ms`,
};

function numberMisfit(source: Shape, target: Of<'number'>): string | null {
  if (source.kind === 'text') {
    return `${differs(source, target)}: add ops: [${NUMBERED[source.format ?? 'text']}]`;
  }
  if (source.kind !== 'number') return differs(source, target);
  return target.integer && !source.integer ? `${differs(source, target)}: add ops: [to_int]` : null;
}

function arrayMisfit(source: Shape, target: Of<'array'>): string | null {
  if (source.kind !== 'array') return `${differs(source, target)}: an array is made by each:`;
  const inner = slotMisfit(source.element, target.element);
  return inner === null ? null : `of its elements, ${inner}: use each:`;
}

function objectMisfit(source: Shape, target: Of<'object'>): string | null {
  if (source.kind !== 'object') return differs(source, target);
  for (const [key, wanted] of target.fields) {
    const given = source.fields.get(key) ?? source.rest;
    if (given === null) {
      if (!wanted.absent) return `it has no ${key}: write a rule for each field`;
      continue;
    }
    const inner = slotMisfit(given, wanted);
    if (inner !== null) return `of its ${key}, ${inner}: write a rule for each field`;
  }
  return null;
}

function slotMisfit(source: Slot, target: Slot): string | null {
  if (source.absent && !target.absent) return 'it may be absent, and the target requires it';
  if (source.nullable && !target.nullable) return 'it may be null, and the target is not';
  return misfit(source.shape, target.shape);
}
