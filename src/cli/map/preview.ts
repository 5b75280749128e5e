import type { z } from 'zod';
import type { Api } from '../api.ts';
import { CliError } from '../cli-error.ts';
import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readAs } from '../rows.ts';
import { MAPPINGS_PATH, PreviewSchema } from './api-shapes.ts';
import { bundleHash } from './bundles.ts';
import { DIR_FLAG, wiringOf } from './directory.ts';
import { INPUT_FLAG, readInput } from './input.ts';
import { mappingNamed, parsedInput, printErrors } from './local-run.ts';

type Previewed = z.infer<typeof PreviewSchema>;

export const preview: Command = {
  name: 'preview',
  purpose: 'what a mapping makes of an input: a file, or an event or order that was received',
  about: [
    'With --input the first word is a mapping, and it runs here with the files on disk. Without, it is the id of an event or of an order, and the api runs it: under the bundle that serves, or --bundle. Nothing is sent, stored or moved.',
  ],
  operands: [{ name: 'WHAT', about: 'a mapping with --input; else an event id or an order id' }],
  flags: {
    ...INPUT_FLAG,
    bundle: { value: 'HASH', about: 'a stored bundle: its hash, or the first letters of it' },
    connection: { value: 'NAME', about: 'where the event or the order is from' },
    ...DIR_FLAG,
  },
  examples: [
    [
      'crossdock map preview crm.order_created --input order.json',
      'the files on disk, on an input of yours',
    ],
    [
      'cat order.json | crossdock map preview crm.order_created --input - --json',
      'the same in a pipe',
    ],
    [
      'crossdock map preview evt_7781 --bundle 1f0c2a',
      'what a received event becomes under that bundle',
    ],
    ['crossdock map preview ORD-1 --connection acme', 'what an order becomes as it came in'],
  ],
  exits: {
    0: 'it gives an output',
    1: 'it gives errors, the input does not fit, or the directory has mistakes',
    2: 'the command line is wrong',
    3: 'Crossdock is not running or cannot be reached (not with --input alone)',
    4: 'there is no such mapping, event, order or bundle',
    5: 'the API key was refused',
  },
  run: async (context) => {
    const input = await readInput(context);
    const isLocal = input !== undefined && context.flags.text('bundle') === undefined;
    return isLocal ? previewHere(context, input) : previewThere(context, input);
  },
};

function previewHere(context: Context, input: unknown): ExitCode {
  const { hash, bundle } = wiringOf(context);
  const mapping = mappingNamed(bundle, context.operands['WHAT'] ?? '');
  const result = mapping.run(parsedInput(mapping, input), null);
  const { json, terminal } = context;
  if (json) terminal.emit({ bundle: hash, mapping: mapping.name, ...result });
  else if (result.ok) terminal.print(JSON.stringify(result.output, null, 2));
  else printErrors(terminal, result.errors);
  return result.ok ? EXIT.ok : EXIT.failed;
}

async function previewThere(context: Context, input: unknown): Promise<ExitCode> {
  const { json, terminal, flags, operands } = context;
  const api = connect(context);
  const named = flags.text('bundle');
  const body = {
    ...(named === undefined ? {} : { bundle: await bundleHash(api, named) }),
    ...(flags.text('connection') === undefined ? {} : { connection: flags.text('connection') }),
  };
  const what = operands['WHAT'] ?? '';
  const answer =
    input === undefined
      ? await previewStored(api, what, body)
      : await askPreview(api, { ...body, mapping: what, input });
  const previewed = readAs(PreviewSchema, answer, 'a preview');
  if (json) terminal.emit(answer);
  else tell(context, previewed);
  return previewed.steps.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

function askPreview(api: Api, body: object): Promise<unknown> {
  return api.ask({ method: 'POST', path: `${MAPPINGS_PATH}/preview`, body });
}

/** Ids of events and of orders look alike: what is no event may be an order. */
async function previewStored(api: Api, id: string, body: object): Promise<unknown> {
  try {
    return await askPreview(api, { ...body, event_id: id });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    return await askPreview(api, { ...body, order_id: id });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CliError(EXIT.notFound, 'not-found', `There is no event and no order ${id}.`, {
      hint: 'Is it a mapping? Then it needs --input FILE. Of another CRM than crm? Then --connection NAME.',
      cause: error,
    });
  }
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof CliError && error.exit === EXIT.notFound && error.code !== 'not-supported'
  );
}

function tell({ terminal }: Context, { bundle, event, steps }: Previewed): void {
  const what = event === null ? 'the input' : `${event.event_type} ${event.event_id}`;
  terminal.say(`${what}, by bundle ${bundle}`);
  if (steps.length === 0) terminal.say('nothing acts on it: no mapping of the bundle reads it');
  for (const { mapping, ok, output, errors } of steps) {
    terminal.say(mapping);
    if (ok) terminal.print(JSON.stringify(output, null, 2));
    else printErrors(terminal, errors);
  }
}
