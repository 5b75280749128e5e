import type { Command, Verb } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const doctor: Command = {
  purpose: 'check this machine and the running instance, and say how to repair what is wrong',
  about: ['It changes nothing. Before a start it looks at whether one would succeed.'],
  examples: [
    ['crossdock doctor', 'why does it not start, or not take webhooks?'],
    ['crossdock doctor --json | jq \'.checks[] | select(.status == "failed")\'', 'for a script'],
  ],
  exits: {
    0: 'nothing is wrong',
    1: 'a check failed; each has a one-line remedy',
    2: 'the command line is wrong',
  },
  run: async (context) => {
    const { json, terminal } = context;
    const { examine } = await import('../doctor/examine.ts');
    const checks = await examine(context);
    const wrong = checks.filter((one) => one.status === 'failed');
    if (json) terminal.emit({ ok: wrong.length === 0, checks });
    else {
      const width = Math.max(...checks.map(({ check }) => check.length));
      for (const { check, status, detail, remedy } of checks) {
        terminal.print(`${status.padEnd(7)}  ${check.padEnd(width)}  ${detail}`);
        if (remedy !== undefined)
          terminal.print(`${''.padEnd(7)}  ${''.padEnd(width)}  -> ${remedy}`);
      }
      terminal.say(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} to repair`);
    }
    return wrong.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

export const doctorVerb: Verb = { name: 'doctor', purpose: doctor.purpose, commands: [doctor] };
