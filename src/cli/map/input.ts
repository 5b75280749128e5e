import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../errors.ts';
import { describeMistake, createMistakes } from '../../mapping/yaml/mistake.ts';
import { createSourceFile, plainOf } from '../../mapping/yaml/node.ts';
import { parseYaml } from '../../mapping/yaml/parse-yaml.ts';
import type { Context, FlagSpecs } from '../command.ts';
import { usage } from '../flags.ts';

export const INPUT_FLAG: FlagSpecs = {
  input: { value: 'FILE', about: 'the input: a JSON or YAML file, or - for JSON on stdin' },
};

/** The input that `--input` names; undefined without it. */
export async function readInput({ flags, cwd }: Context): Promise<unknown> {
  const file = flags.text('input');
  if (file === undefined) return undefined;
  const written = file === '-' ? await text(process.stdin) : contentOf(resolve(cwd, file));
  return /\.ya?ml$/.test(file) ? yamlOf(file, written) : jsonOf(file, written);
}

export async function needInput(context: Context): Promise<unknown> {
  const input = await readInput(context);
  if (input !== undefined) return input;
  throw usage('--input FILE is missing: what the mapping is to be run on; - reads stdin.');
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usage(`--input ${file} cannot be read: ${messageOf(error)}.`);
  }
}

function jsonOf(file: string, written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw usage(`--input ${file} is not JSON: ${messageOf(error)}.`);
  }
}

/** By the rules of mapping files, so that an input can be copied from a golden case. */
function yamlOf(file: string, written: string): unknown {
  const mistakes = createMistakes();
  const node = parseYaml(createSourceFile({ path: file, text: written }), mistakes);
  const [first] = mistakes.list();
  if (node === null || first !== undefined) {
    throw usage(first === undefined ? `--input ${file} is empty.` : describeMistake(first));
  }
  return plainOf(node);
}
