import { safeParse, type z } from 'zod';
import { FAILED } from '../run/run.ts';
import { nearest } from '../shape/nearest.ts';
import type { Place } from '../yaml/node.ts';
import type { RuleContext } from './context.ts';

export interface CompiledCall {
  input: z.ZodType;
  output: z.ZodType;
  /** FAILED when the function throws, answers later, or leaves its schemas. */
  run: (input: unknown) => unknown;
}

/** Finds `name@version`; null when a mistake was added. */
export function compileCall(name: string, place: Place, context: RuleContext): CompiledCall | null {
  const { functions } = context.library;
  const found = functions.get(name);
  if (found !== undefined) {
    const { input, output, run } = found;
    return {
      input,
      output,
      run: guarded({ input, output, run: run as (value: unknown) => unknown }),
    };
  }
  const known = [...functions.keys()];
  const [bare] = name.split('@');
  const versions = known.filter((each) => each.startsWith(`${bare}@`));
  const message = name.includes('@')
    ? `There is no function ${name}.`
    : `A function is named with its version, as in ${versions[0] ?? `${name}@1`}.`;
  context.mistakes.add(place, {
    code: 'unknown-name',
    message,
    suggestion: versions.at(-1) ?? nearest(name, known),
  });
  return null;
}

function guarded({ input, output, run }: CompiledCall): CompiledCall['run'] {
  return (value) => {
    const given = safeParse(input, value);
    if (!given.success) return FAILED;
    try {
      const made = run(given.data);
      if (made instanceof Promise) return refuseLater(made);
      const answer = safeParse(output, made);
      return answer.success ? answer.data : FAILED;
    } catch {
      return FAILED;
    }
  };
}

/** A mapping does not wait; a rejection that nobody awaits would end the process. */
function refuseLater(promise: Promise<unknown>): typeof FAILED {
  promise.catch(() => FAILED);
  return FAILED;
}
