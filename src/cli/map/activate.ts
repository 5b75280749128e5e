import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { readAs } from '../rows.ts';
import { ActivatedSchema, CandidateSchema, MAPPINGS_PATH } from './api-shapes.ts';
import { bundleHash } from './bundles.ts';
import { printCandidate } from './print-diff.ts';

const NOTE_FLAG = { note: { value: 'TEXT', about: 'why, for whoever looks at the history' } };

export const activate: Command = {
  name: 'activate',
  purpose: "let a bundle serve: the server's directory as it is now, or a stored one",
  about: [
    'It is compiled, its golden cases run, and the last stored events go through it and through the bundle that serves. When more than a fifth of the outputs change, or any locked target does, it is refused with the differences, until --accept. New orders start under it; orders under way keep theirs.',
  ],
  operands: [
    { name: 'HASH', about: 'a stored bundle, its hash or the first letters of it', optional: true },
  ],
  flags: { accept: { about: 'also when it changes much; look at the diff first' }, ...NOTE_FLAG },
  examples: [
    ['crossdock map activate', 'take the directory as it is now'],
    ['crossdock map activate --accept --note "gold is urgent now"', 'although it changes much'],
    ['crossdock map activate 1f0c2a', 'an earlier bundle'],
  ],
  exits: {
    ...ASKING_EXITS,
    0: 'it serves',
    4: 'there is no such bundle',
    5: 'refused: it has mistakes, a golden case fails, or it changes too much to go unasked',
  },
  run: async (context) => {
    const { flags, operands } = context;
    const api = connect(context);
    const named = operands['HASH'];
    const note = flags.text('note');
    const body = {
      ...(named === undefined ? {} : { bundle: await bundleHash(api, named) }),
      ...(flags.on('accept') ? { accept: true } : {}),
      ...(note === undefined ? {} : { note }),
    };
    return change(context, 'activate', body);
  },
};

export const rollback: Command = {
  name: 'rollback',
  purpose: 'let the bundle serve that served before',
  about: [
    'Twice goes two steps back. What the directory holds stays aside until its files change again.',
  ],
  flags: NOTE_FLAG,
  examples: [
    ['crossdock map rollback --note "wrong table"', 'back to what was'],
    ['crossdock map rollback --json', 'the same for a script'],
  ],
  exits: { ...ASKING_EXITS, 0: 'the former one serves', 5: 'refused, such as when there is none' },
  run: (context) => {
    const note = context.flags.text('note');
    return change(context, 'rollback', note === undefined ? {} : { note });
  },
};

async function change(context: Context, what: string, body: object): Promise<0> {
  const { json, terminal } = context;
  const path = `${MAPPINGS_PATH}/${what}`;
  const answer = await connect(context)
    .ask({ method: 'POST', path, body })
    .catch((error: unknown) => {
      throw explained(context, error);
    });
  if (json) terminal.emit(answer);
  else {
    const { bundle, activated_at: at } = readAs(ActivatedSchema, answer, path).active;
    terminal.print(`${bundle} serves since ${at}`);
  }
  return EXIT.ok;
}

/** A refusal shows what stands in the way, and how to go on. */
function explained({ terminal, json }: Context, error: unknown): unknown {
  if (!(error instanceof CliError) || error.exit !== EXIT.refused) return error;
  const problem = RefusalSchema.safeParse(error.problem);
  if (!problem.success) return error;
  const { title, detail, candidate } = problem.data;
  if (!json) printCandidate(terminal, candidate);
  return new CliError(error.exit, error.code, `${title}: ${detail}`, {
    ...(candidate.why === 'accept'
      ? { hint: 'When the change is meant: the same again with --accept.' }
      : {}),
    problem: error.problem,
    cause: error,
  });
}

const RefusalSchema = z.looseObject({
  title: z.string(),
  detail: z.string(),
  candidate: CandidateSchema,
});
