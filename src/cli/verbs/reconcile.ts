import type { Command, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { hasFailed, printRun, startRun, waitForRun } from '../reconciliation.ts';

const run: Command = {
  purpose: 'compare what we say with what the other systems say, and repair',
  about: [
    'Starts a run, waits for its end and shows its report. The run goes on if you stop waiting.',
  ],
  flags: {
    order: { value: 'ORDER_ID', about: 'only this order; everything unless given' },
    connection: { value: 'NAME', about: 'only this connection' },
    'report-only': { about: 'change nothing, only say what differs' },
    'no-wait': { about: 'print the run id and end' },
  },
  examples: [
    ['crossdock reconcile --order ORD-1 --report-only', 'does anyone differ about this order?'],
    ['crossdock reconcile --json', 'compare and repair everything, the report for a script'],
  ],
  exits: {
    ...ASKING_EXITS,
    0: 'the run ended; what it found and did is in its report',
    1: 'the run failed, or the server did',
    4: 'this server does not have reconciliation, or knows no such order',
    5: 'refused, such as while another run holds the same scope',
  },
  run: async (context) => {
    const { flags, json, terminal } = context;
    const api = connect(context);
    const orderId = flags.text('order');
    const connection = flags.text('connection');
    const runId = await startRun(api, {
      orderId,
      connection,
      mode: flags.on('report-only') ? 'report' : 'repair',
    });
    if (flags.on('no-wait')) {
      if (json) terminal.emit({ run_id: runId });
      else terminal.print(runId);
      return EXIT.ok;
    }
    terminal.say(`reconciliation ${runId} is under way`);
    const ended = await waitForRun(api, {
      runId,
      pollMs: context.settings.pollMs,
      onProgress: (scanned) => terminal.show(`${runId}: ${scanned} compared`),
    });
    if (json) terminal.emit(ended);
    else printRun(terminal, ended);
    return hasFailed(ended) ? EXIT.failed : EXIT.ok;
  },
};

export const reconcileVerb: Verb = {
  name: 'reconcile',
  purpose: run.purpose,
  commands: [run],
};
