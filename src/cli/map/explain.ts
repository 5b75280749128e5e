import { explain as explainRun, type FieldOrigin } from '../../mapping/explain.ts';
import { parsePath } from '../../mapping/shape/path.ts';
import { valueAt } from '../../wiring/condition.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { DIR_FLAG, wiringOf } from './directory.ts';
import { INPUT_FLAG, needInput } from './input.ts';
import { mappingNamed, parsedInput, printErrors } from './local-run.ts';

export const explain: Command = {
  name: 'explain',
  purpose: 'say of each target field which rule made it of which source value',
  about: [
    'Runs the mapping on an input of yours, with the files on disk. Nothing is sent or stored.',
    '',
    '  TARGET        VALUE    FROM                                     STEPS                          RULE',
    '  priority      "high"   payload.customer.account_priority        table account_priority[gold]   rules/crm/order-created.yaml:6:5',
    '  lines[0].sku  "00123"  payload.items[0].sku                     -                              rules/crm/order-created.yaml:24:9',
  ],
  operands: [{ name: 'MAPPING', about: 'its name, from `crossdock map show`' }],
  flags: {
    ...INPUT_FLAG,
    target: { value: 'PATH', about: 'only this field, such as lines[2].sku or lines[*].sku' },
    ...DIR_FLAG,
  },
  examples: [
    ['crossdock map explain crm.order_created --input order.json', 'where every field comes from'],
    [
      "crossdock map explain crm.order_created --input order.json --target 'lines[*].sku'",
      'the same of one field of every line',
    ],
  ],
  exits: {
    0: 'the mapping gives an output',
    1: 'it gives errors, the input does not fit, or the directory has mistakes',
    2: 'the command line is wrong',
    4: 'there is no such mapping',
  },
  run: async (context) => {
    const { json, terminal, flags, operands } = context;
    const { bundle } = wiringOf(context);
    const mapping = mappingNamed(bundle, operands['MAPPING'] ?? '');
    const input = parsedInput(mapping, await needInput(context));
    const target = flags.text('target');
    const explanation = explainRun(bundle, mapping.name, {
      input,
      ...(target === undefined ? {} : { target }),
    });
    const { result, fields } = explanation;
    if (json) terminal.emit(explanation);
    else {
      const output = result.ok ? result.output : undefined;
      if (fields.length === 0)
        terminal.say(`no rule of ${mapping.name} writes ${target ?? 'anything'}`);
      else printFields(terminal, fields, { input, output });
      if (!result.ok) printErrors(terminal, result.errors);
    }
    return result.ok ? EXIT.ok : EXIT.failed;
  },
};

interface Ends {
  input: unknown;
  /** Undefined when the mapping failed. */
  output: unknown;
}

function printFields(
  terminal: Terminal,
  fields: readonly FieldOrigin[],
  { input, output }: Ends,
): void {
  printTable(
    terminal,
    ['TARGET', 'VALUE', 'FROM', 'STEPS', 'RULE'],
    fields.map((field) => [
      `${field.target}${field.locked ? ' (locked)' : ''}`,
      field.written ? shown(output, field.target) : unwritten(field.steps),
      field.sources.map((source) => `${source} = ${shown(input, source)}`).join(', ') ||
        '(constant)',
      field.steps.join(', ') || '-',
      field.rule,
    ]),
  );
}

function shown(body: unknown, path: string): string {
  const parsed = parsePath(path);
  if (typeof parsed === 'string') return '-';
  const keys = parsed.segments.flatMap((segment) => {
    if (segment === 'each') return [];
    return 'key' in segment ? [segment.key] : [String(segment.index)];
  });
  const value = valueAt(body, keys);
  return value === undefined ? '-' : JSON.stringify(value);
}

function unwritten(steps: readonly string[]): string {
  return steps.some((step) => step.startsWith('failed:')) ? '(failed)' : '(left out)';
}
