import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';
import * as zod from 'zod';
import { messageOf } from '../errors.ts';
import { MapFunctionSchema, type MapFunction } from '../mapping/functions.ts';
import type { Mistakes } from '../mapping/yaml/mistake.ts';
import { createSourceFile, type SourceText } from '../mapping/yaml/node.ts';

/** All that a function of a bundle may import: it is pure, and stored as text with its bundle. */
const MODULES: Readonly<Record<string, unknown>> = { zod };

/**
 * The functions of a bundle, from their texts: a bundle that orders still hold runs what it was
 * stored with, whatever its files have become since.
 */
export function readFunctions(files: readonly SourceText[], mistakes: Mistakes): MapFunction[] {
  return files
    .filter(({ path }) => path.startsWith('functions/'))
    .flatMap((file) => readModule(file, mistakes));
}

function readModule(text: SourceText, mistakes: Mistakes): MapFunction[] {
  const file = createSourceFile(text);
  const refuse = (message: string): [] => {
    mistakes.add({ file, from: 0, to: 1, pointer: '' }, { code: 'function', message });
    return [];
  };
  let exported: Record<string, unknown>;
  try {
    exported = evaluate(text);
  } catch (error) {
    return refuse(`It cannot be loaded: ${firstLine(messageOf(error))}.`);
  }
  return Object.entries(exported).flatMap(([name, value]) => {
    const parsed = MapFunctionSchema.safeParse(value);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return refuse(`export ${name} is no mapping function: ${where} ${issue?.message ?? ''}.`);
  });
}

function evaluate({ path, text }: SourceText): Record<string, unknown> {
  const { code } = transformSync(text, {
    filename: path,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    swcrc: false,
    configFile: false,
  });
  const exported: Record<string, unknown> = {};
  const require = (name: string): unknown => {
    if (Object.hasOwn(MODULES, name)) return MODULES[name];
    throw new Error(`it imports ${name}, and a function of a mapping may import only zod`);
  };
  const module = compileFunction(code, ['exports', 'require'], { filename: path });
  Reflect.apply(module, undefined, [exported, require]);
  return { ...exported };
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
