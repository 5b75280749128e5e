import { AppError } from '../errors.ts';
import { describeMistake } from '../mapping/yaml/mistake.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import type { Wiring, WiringResult } from '../wiring/compile.ts';
import { shortOf } from './digest.ts';

/** Compiles the files of a bundle, such as `compileWiring`. */
export type LoadWiring = (files: readonly SourceText[]) => WiringResult | Promise<WiringResult>;

export interface WiringCacheOptions {
  /** Undefined for a bundle that is not stored. */
  filesOf(hash: string): readonly SourceText[] | undefined;
  load: LoadWiring;
  /** Compiled bundles kept in memory; the one that was asked for longest ago goes first. */
  max: number;
}

export interface WiringCache {
  /**
   * The bundle of that hash and no other: undefined when it is not stored. Rejects when this
   * program cannot compile it any more.
   */
  get(hash: string): Promise<Wiring | undefined>;
  /** Takes in what was compiled already. */
  put(wiring: Wiring): void;
}

export function createWiringCache({ filesOf, load, max }: WiringCacheOptions): WiringCache {
  const kept = new Map<string, WiringResult>();
  const compiling = new Map<string, Promise<WiringResult | undefined>>();
  const keep = (hash: string, result: WiringResult): void => {
    kept.delete(hash);
    kept.set(hash, result);
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
  };
  const compile = async (hash: string): Promise<WiringResult | undefined> => {
    const files = filesOf(hash);
    if (files === undefined) return undefined;
    const result = named(hash, await load(files));
    keep(hash, result);
    return result;
  };
  const find = (hash: string): Promise<WiringResult | undefined> => {
    let under = compiling.get(hash);
    if (under === undefined) {
      under = compile(hash).finally(() => compiling.delete(hash));
      compiling.set(hash, under);
    }
    return under;
  };
  return {
    async get(hash) {
      const known = kept.get(hash);
      if (known !== undefined) keep(hash, known);
      const result = known ?? (await find(hash));
      if (result === undefined) return undefined;
      if ('wiring' in result) return result.wiring;
      throw cannotCompile(hash, result);
    },
    put: (wiring) => keep(wiring.hash, { wiring }),
  };
}

/** A bundle goes by the hash that it was stored and pinned under, also when a later program would
 * count it otherwise. */
function named(hash: string, result: WiringResult): WiringResult {
  return 'wiring' in result ? { wiring: { ...result.wiring, hash } } : result;
}

function cannotCompile(
  hash: string,
  { errors }: { errors: Parameters<typeof describeMistake>[0][] },
) {
  return new AppError(
    'conflict',
    `Bundle ${shortOf(hash)} is stored, and this program cannot compile it any more:\n\n${errors.map(describeMistake).join('\n\n')}`,
    { problem: 'bundle-not-loadable', members: { bundle: hash } },
  );
}
