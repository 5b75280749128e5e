import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { idempotencyKeyOf, KEY_FLAGS } from '../idempotency.ts';
import { readAs } from '../rows.ts';
import { RemappedSchema } from './api-shapes.ts';
import { bundleHash } from './bundles.ts';
import { printDifferences } from './differences.ts';
import { shortHash } from './print-diff.ts';

export const remap: Command = {
  name: 'remap',
  purpose: 'pin an order under way to another bundle, and send again what a mapping kept back',
  about: [
    'The one way in which an edit reaches an order that was started before it. Without --bundle it is the one that serves. --dry-run only shows what changes.',
  ],
  operands: [{ name: 'ORDER_ID', about: 'the order' }],
  flags: {
    bundle: { value: 'HASH', about: 'a stored bundle: its hash, or the first letters of it' },
    reason: { value: 'TEXT', about: 'why, for whoever looks later' },
    connection: { value: 'NAME', about: 'the CRM that the order is from (crm)' },
    'dry-run': { about: 'change nothing, only show what would' },
    ...KEY_FLAGS,
  },
  examples: [
    ['crossdock map remap ORD-1 --reason "MAP_ENUM of diamond" --dry-run', 'what would change?'],
    ['crossdock map remap ORD-1 --reason "MAP_ENUM of diamond"', 'take the mended mapping'],
  ],
  exits: {
    ...ASKING_EXITS,
    4: 'there is no such order or bundle',
    5: 'refused: the order has ended, or the API key was refused',
  },
  run: async (context) => {
    const { json, terminal, flags, operands } = context;
    const reason = flags.text('reason');
    if (reason === undefined) throw usage('--reason TEXT is missing: why the order is remapped.');
    const api = connect(context);
    const named = flags.text('bundle');
    const answer = await api.ask({
      method: 'POST',
      path: `/api/v1/orders/${encodeURIComponent(operands['ORDER_ID'] ?? '')}/remap`,
      query: { connection: flags.text('connection') },
      idempotencyKey: idempotencyKeyOf(flags),
      body: {
        reason,
        dry_run: flags.on('dry-run'),
        ...(named === undefined ? {} : { bundle: await bundleHash(api, named) }),
      },
    });
    if (json) terminal.emit(answer);
    else {
      const { from, to, detail, changed } = readAs(RemappedSchema, answer, 'a remap');
      terminal.print(`${shortHash(from)} -> ${shortHash(to)}`);
      if (changed.length === 0) terminal.print('what the CRM last said becomes the same');
      for (const { mapping, differences } of changed) {
        terminal.print(mapping);
        const faces = differences.map(({ path, before, after }) => ({ path, before, after }));
        printDifferences(terminal, faces, '  ');
      }
      terminal.say(detail);
    }
    return EXIT.ok;
  },
};
