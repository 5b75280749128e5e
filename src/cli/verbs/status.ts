import { CliError } from '../cli-error.ts';
import type { Command, Verb } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findInstance } from '../instance.ts';
import { environmentOf, exportLine } from '../status/environment.ts';
import { printStatus, readStatus } from '../status/report.ts';

const status: Command = {
  purpose: 'what is up, what waits, and every URL and secret',
  flags: { env: { about: 'print lines that a shell can eval, so that other tools find it too' } },
  examples: [
    ['crossdock status', 'is everything up, and where?'],
    ['eval "$(crossdock status --env)"', 'CROSSDOCK_API_URL, CROSSDOCK_API_KEY and so on, set'],
  ],
  exits: {
    0: 'every process is up and webhooks are taken',
    1: 'something is down, or webhooks are refused',
    2: 'the command line is wrong',
    3: 'Crossdock is not running or cannot be reached',
  },
  run: async (context) => {
    const { flags, json, terminal, settings } = context;
    const instance = findInstance(context, { needsKey: false });
    if (flags.on('env')) {
      const variables = environmentOf(instance);
      if (json) terminal.emit(variables);
      else
        for (const [name, value] of Object.entries(variables))
          terminal.print(exportLine(name, value));
      return EXIT.ok;
    }
    const report = await readStatus(instance, settings.callTimeoutMs);
    if (!report.running) throw gone(instance.local?.dataDir, instance.apiUrl);
    if (json) terminal.emit(report);
    else printStatus(terminal, report);
    return report.ok ? EXIT.ok : EXIT.failed;
  },
};

function gone(dataDir: string | undefined, apiUrl: string): CliError {
  const message =
    dataDir === undefined
      ? `Crossdock cannot be reached at ${apiUrl}.`
      : `Crossdock is not running on ${dataDir}: its run.json is left from a run that was killed.`;
  const hint =
    dataDir === undefined
      ? 'Check the address, and look at the machine that it runs on.'
      : 'Start it again with `npm start` or `crossdock up`: it carries on where it stopped.';
  return new CliError(EXIT.unreachable, 'not-running', message, { hint });
}

export const statusVerb: Verb = { name: 'status', purpose: status.purpose, commands: [status] };
