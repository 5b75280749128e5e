import { setImmediate as breathe } from 'node:timers/promises';
import type { Bundle } from '../mapping/bundle.ts';
import type { Mapping, MapResult } from '../mapping/compile/mapping.ts';
import { diff } from '../mapping/diff.ts';
import type { MapError } from '../mapping/run/run.ts';
import type { Wiring } from '../wiring/compile.ts';
import { summarise, type DiffSummary } from './summary.ts';

/** What one mapping made of a stored input. */
export type Become =
  { mapping: string; output: unknown } | { mapping: string; errors: readonly MapError[] };

export interface ShadowOptions<Input extends { id: string }> {
  /** The last stored inputs, such as received webhooks. */
  recentInputs(limit: number): readonly Input[] | Promise<readonly Input[]>;
  /** All that an input becomes under a wiring; without any effect. */
  become(wiring: Wiring, input: Input): readonly Become[];
  /** Changed outputs that a summary shows. */
  samplesMax: number;
}

/** Runs the last stored inputs through two bundles and says what would change. */
export type ShadowRun = (before: Wiring, after: Wiring, last: number) => Promise<DiffSummary>;

/** Inputs between two breaths, so that webhooks are answered meanwhile. */
const INPUTS_PER_TURN = 10;

export function createShadow<Input extends { id: string }>(
  options: ShadowOptions<Input>,
): ShadowRun {
  const { recentInputs, become, samplesMax } = options;
  return async (before, after, last) => {
    const inputs = await recentInputs(last);
    const pairs: Pair[] = [];
    for (const [index, input] of inputs.entries()) {
      if (index % INPUTS_PER_TURN === 0) await breathe();
      pairs.push(...pairsOf(input.id, become(before, input), become(after, input)));
    }
    const found = diff(
      recorded(before.bundle, pairs, 'before'),
      recorded(after.bundle, pairs, 'after'),
      pairs.map(({ id, name }, index) => ({ id, mapping: name, input: index })),
    );
    const changed = found.changed.map(({ id, mapping, differences, locked }) => ({
      id,
      mapping,
      differences,
      // A field of an output that did not come about had no identity to lose.
      locked: hadOutput(differences) ? locked : [],
    }));
    const named = { from: before.hash, to: after.hash, inputs: inputs.length, samplesMax };
    return summarise({ ...found, changed }, named);
  };
}

function hadOutput(differences: readonly { path: string; before: unknown }[]): boolean {
  return !differences.some(({ path, before }) => path === 'output' && before === undefined);
}

/** The same step of the same input, on both sides. */
interface Pair {
  id: string;
  name: string;
  before: Become | null;
  after: Become | null;
}

function pairsOf(id: string, before: readonly Become[], after: readonly Become[]): Pair[] {
  const left = [...after];
  const take = (index: number): Become | null => left.splice(index, 1)[0] ?? null;
  const halves = before.map((one): { before: Become | null; after: Become | null } => {
    const index = left.findIndex(({ mapping }) => mapping === one.mapping);
    return { before: one, after: index === -1 ? null : take(index) };
  });
  // What has no namesake is held against the next one: a mapping that was renamed changes nothing.
  for (const half of halves) if (half.after === null) half.after = take(0);
  halves.push(...left.map((one) => ({ before: null, after: one })));
  return halves.map((half) => ({ id, name: nameOf(half), ...half }));
}

function nameOf({ before, after }: Pick<Pair, 'before' | 'after'>): string {
  const names = [before?.mapping, after?.mapping].filter((name) => name !== undefined);
  return [...new Set(names)].join(', now ');
}

/** A bundle that says again what was recorded of it; its input is the number of a pair. */
function recorded(bundle: Bundle, pairs: readonly Pair[], side: 'before' | 'after'): Bundle {
  const mappings = new Map<string, Mapping>();
  for (const pair of pairs) {
    const mapping = bundle.mappings.get(pair[side]?.mapping ?? '');
    if (mapping !== undefined) mappings.set(pair.name, mapping);
  }
  const map = (_name: string, input: unknown): MapResult =>
    resultOf(typeof input === 'number' ? (pairs[input]?.[side] ?? null) : null);
  return { ...bundle, mappings, map };
}

function resultOf(become: Become | null): MapResult {
  if (become === null) return { ok: true, output: undefined };
  if ('errors' in become) return { ok: false, errors: [...become.errors] };
  return { ok: true, output: become.output };
}
