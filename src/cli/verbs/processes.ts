import type { Command, Entry, Verb } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../flags.ts';
import { startingDataDir } from '../instance.ts';

const up: Command = {
  purpose: 'start everything and keep it running until Ctrl-C (the same as npm start)',
  flags: {
    'no-demo': { about: 'no demo orders; the catalogue is always there' },
    ports: { value: 'auto', about: 'take free ports and keep them for this data directory' },
  },
  examples: [
    ['crossdock up', 'all of it, with demo orders, under .crossdock'],
    ['crossdock up --no-demo --ports auto --data-dir /tmp/x --json', 'for a script'],
  ],
  exits: {
    0: 'it was asked to stop and did',
    1: 'it could not start, or could not go on',
    2: 'the command line is wrong; nothing was started',
  },
  run: async ({ flags, json, settings, cwd }) => {
    const ports = flags.text('ports');
    if (ports !== undefined && ports !== 'auto') {
      throw usage(`--ports takes only \`auto\`, not \`${ports}\`.`);
    }
    for (const name of ['url', 'api-key']) {
      if (flags.text(name) !== undefined) throw usage(`--${name} has no meaning for \`up\`.`);
    }
    const { runSupervisor } = await import('../../supervisor/main.ts');
    const code = await runSupervisor({
      dataDir: startingDataDir({ flags, settings, cwd }),
      autoPorts: ports === 'auto',
      demo: !flags.on('no-demo'),
      json,
    });
    return code === 0 ? EXIT.ok : EXIT.failed;
  },
};

const ABOUT: Readonly<Record<Entry, string>> = {
  api: 'start one api: webhooks in, REST API, metrics, inbox dispatcher',
  worker: 'start one Temporal worker: workflows and activities',
  wms: 'start one built-in WMS',
};

/** Production: one process each, configured by the environment alone. */
function processVerb(entry: Entry): Verb {
  const purpose = ABOUT[entry];
  const command: Command = {
    purpose,
    about: ['Its settings are CROSSDOCK_* and TEMPORAL_* variables; its log is JSON on stderr.'],
    examples: [
      [`crossdock ${entry}`, 'in the foreground, until SIGTERM or Ctrl-C'],
      [`CROSSDOCK_LOG_LEVEL=debug crossdock ${entry}`, 'the same, with more to read'],
    ],
    exits: {
      0: 'it was asked to stop and drained',
      1: 'it could not start: its settings are not valid, or its port is taken',
      2: 'the command line is wrong; nothing was started',
    },
    run: async ({ flags, json }) => {
      const given = ['data-dir', 'url', 'api-key'].find((name) => flags.text(name) !== undefined);
      if (given === undefined && !json) return { entry };
      throw usage(
        `--${given ?? 'json'} has no meaning for \`${entry}\`.`,
        'It is configured by the environment alone, such as CROSSDOCK_DATA_DIR.',
      );
    },
  };
  return { name: entry, purpose, commands: [command] };
}

export const upVerb: Verb = { name: 'up', purpose: up.purpose, commands: [up] };
export const processVerbs: readonly Verb[] = [
  processVerb('api'),
  processVerb('worker'),
  processVerb('wms'),
];
