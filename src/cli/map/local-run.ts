import { nearest } from '../../mapping/shape/nearest.ts';
import type { Bundle } from '../../mapping/bundle.ts';
import type { Mapping } from '../../mapping/compile/mapping.ts';
import { pathText } from '../../mapping/shape/path.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** The mapping of that name; ends the command when there is none. */
export function mappingNamed({ mappings }: Pick<Bundle, 'mappings'>, name: string): Mapping {
  const found = mappings.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, [...mappings.keys()]);
  const hint = near === undefined ? '`crossdock map show` lists them.' : `Did you mean ${near}?`;
  throw new CliError(EXIT.notFound, 'not-found', `There is no mapping ${name}.`, { hint });
}

/** The input as the mapping takes it: what its source schema refuses never reaches a rule. */
export function parsedInput({ name, from, source }: Mapping, input: unknown): unknown {
  const parsed = source.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: pathText(
      path.map((step) => (typeof step === 'number' ? { index: step } : { key: String(step) })),
    ),
    message,
  }));
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
  throw new CliError(
    EXIT.failed,
    'input-invalid',
    [`The input of ${name} does not fit its schema ${from}:`, ...lines].join('\n'),
    {
      hint: `\`crossdock map show ${from}\` lists the fields of ${from}.`,
      problem: { errors: issues },
    },
  );
}

/** An error of a run, from here or from the api. */
interface ToldError {
  code: string;
  message: string;
  source?: string | null | undefined;
  target?: string | undefined;
  rule?: string | undefined;
}

/** What each error says, and the rule that it is of. */
export function printErrors(terminal: Terminal, errors: readonly ToldError[]): void {
  for (const { code, message, source, target, rule } of errors) {
    terminal.print(`${code} ${message}`);
    terminal.print(`  from ${source ?? 'no single field'} to ${target ?? '?'}, by ${rule ?? '?'}`);
  }
}
