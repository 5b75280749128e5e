import { z } from 'zod';
import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_ONE_EXITS } from '../exits.ts';
import { idempotencyKeyOf, KEY_FLAGS } from '../idempotency.ts';
import { readBytes } from '../request-files.ts';
import { readAs } from '../rows.ts';
import { printPairs } from '../table.ts';

const RotationSchema = z.looseObject({
  secret: z.string(),
  active_from: z.string(),
  previous_until: z.string(),
  detail: z.string().default(''),
});

const OVERLAP_MAX_S = 31_536_000;

export const rotate: Command = {
  name: 'rotate',
  purpose: 'a new webhook secret, shown this once; the present one works on for a while',
  about: [
    'Give the secret to the sender before the present one ends. `connections show` tells which of the two it signs with.',
    'While a former secret is still accepted a second rotation is refused unless --force ends it.',
  ],
  operands: [{ name: 'NAME', about: 'the connection, such as crm' }],
  flags: {
    overlap: {
      value: 'SECONDS',
      about: 'how long the present secret works on (a day unless given); 0 ends it at once',
    },
    force: { about: 'also while a former secret is still accepted: it ends at once' },
    'secret-file': {
      value: 'FILE',
      about: 'a secret that the sender has made, instead of a new one; a line end is left out',
    },
    reason: { value: 'TEXT', about: 'why, for the audit' },
    ...KEY_FLAGS,
  },
  examples: [
    ['crossdock connections rotate crm', 'a day to change the sender over'],
    ['crossdock connections rotate crm --overlap 0 --force', 'the secret has leaked'],
    ['crossdock connections rotate shop --secret-file new.txt', 'the sender makes its secrets'],
  ],
  exits: {
    ...ASKING_ONE_EXITS,
    1: 'the server did not answer; it may be sent again with the same key',
    5: 'a former secret is still accepted, there is no master key, or the secret cannot be used',
  },
  run: async (context) => {
    const { flags, operands, terminal, cwd } = context;
    const file = flags.text('secret-file');
    const answer = await connect(context).ask({
      method: 'POST',
      path: `/api/v1/connections/${encodeURIComponent(operands['NAME'] ?? '')}/rotate-secret`,
      body: {
        overlap_s: flags.integer('overlap', { min: 0, max: OVERLAP_MAX_S }),
        force: flags.on('force'),
        reason: flags.text('reason'),
        ...(file !== undefined && {
          secret: readBytes(cwd, file, 'secret-file')
            .toString('utf8')
            .replace(/\r?\n$/, ''),
        }),
      },
      idempotencyKey: idempotencyKeyOf(flags),
    });
    if (context.json) {
      terminal.emit(answer);
      return EXIT.ok;
    }
    const rotation = readAs(RotationSchema, answer, 'a rotation');
    printPairs(terminal, [
      ['secret', rotation.secret],
      ['active from', rotation.active_from],
      ['former until', rotation.previous_until],
    ]);
    terminal.say(rotation.detail);
    return EXIT.ok;
  },
};
