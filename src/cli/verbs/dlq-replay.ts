import { z } from 'zod';
import type { Api } from '../api.ts';
import { CliError } from '../cli-error.ts';
import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import { FILTER_FLAGS, filterOf, LETTER_OPERAND, type Filter } from '../dead-letter-filter.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ASKING_ONE_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { printAnswer } from '../print-answer.ts';
import { createProgressBar } from '../progress-bar.ts';
import { followReplay } from '../replay-job.ts';

const RATE_MAX = 100_000;

export const dlqReplay: Command = {
  name: 'replay',
  purpose: 'send dead letters through again: their orders go on where they stood',
  about: ['Names one by its ID, or many by a filter, or every open one by --all.'],
  operands: [{ ...LETTER_OPERAND, optional: true }],
  flags: {
    ...FILTER_FLAGS,
    all: { about: 'every open one' },
    'dry-run': { about: 'only show what would happen' },
    rate: { value: 'R', about: 'of many: how many a second; the server has its own bound' },
    'no-wait': { about: 'of many: end once the replay has begun' },
  },
  examples: [
    ['crossdock dlq replay dl_1', 'one'],
    ['crossdock dlq replay dl_1 --dry-run', 'what that would do'],
    ['crossdock dlq replay --connection wms --dry-run', 'what a replay by filter would do'],
  ],
  exits: {
    ...ASKING_ONE_EXITS,
    1: 'the server failed, or could not send one of many',
    5: 'it is resolved already, or its order is closed',
  },
  run: async (context) => {
    const id = context.operands['ID'];
    const filter = filterOf(context);
    const filtered = Object.values(filter).some((value) => value !== undefined);
    const ways = [id !== undefined, filtered, context.flags.on('all')];
    if (ways.filter(Boolean).length !== 1) {
      throw usage(
        'Name one dead letter by its ID, or many by a filter, or give --all: one of these.',
      );
    }
    if (id !== undefined) return replayOne(context, id);
    return replayMany(context, filtered ? filter : { all: true });
  },
};

async function replayOne(context: Context, id: string): Promise<ExitCode> {
  const api = connect(context);
  const path = `/api/v1/dead-letters/${encodeURIComponent(id)}/replay`;
  const dryRun = context.flags.on('dry-run');
  if (dryRun) await needDryRunOfOne(api);
  const body = dryRun ? { dry_run: true } : undefined;
  printAnswer(context, await api.ask({ method: 'POST', path, body }));
  return EXIT.ok;
}

const DryRunOfOneSchema = z.looseObject({
  paths: z.looseObject({
    '/api/v1/dead-letters/{id}/replay': z.looseObject({
      post: z.looseObject({ requestBody: z.looseObject({}) }),
    }),
  }),
});

/** A server that knows no dry run of one would replay it, so it is not asked. */
async function needDryRunOfOne(api: Api): Promise<void> {
  const document = await api.ask({ method: 'GET', path: '/openapi.json' });
  if (DryRunOfOneSchema.safeParse(document).success) return;
  throw new CliError(
    EXIT.notFound,
    'not-supported',
    `The server at ${api.instance.apiUrl} has no dry run of one dead letter, so nothing was sent: this needs a newer Crossdock.`,
    { hint: '`crossdock dlq show ID` shows why it is stuck.' },
  );
}

async function replayMany(context: Context, filter: Filter | { all: true }): Promise<ExitCode> {
  const { flags, settings, terminal } = context;
  const perSecond = flags.number('rate', { min: 0.001, max: RATE_MAX });
  const api = connect(context);
  const dryRun = flags.on('dry-run');
  const path = '/api/v1/dead-letters/replay';
  const answer = await api.ask({
    method: 'POST',
    path,
    body: { filter, dry_run: dryRun, rate_per_s: perSecond },
  });
  const waits = !dryRun && !flags.on('no-wait');
  let showProgress: ((done: number) => void) | undefined;
  const onProgress = ({ total, sent, failed, skipped }: Progress) => {
    showProgress ??= createProgressBar(terminal, total);
    showProgress(sent + failed + skipped);
  };
  const job = waits
    ? await followReplay(api, answer, { pollMs: settings.pollMs, onProgress })
    : undefined;
  printAnswer(context, job ?? answer);
  return job === undefined || job.failed === 0 ? EXIT.ok : EXIT.failed;
}

type Progress = Record<'total' | 'sent' | 'failed' | 'skipped', number>;
