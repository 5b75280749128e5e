import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { GLOBAL_FLAGS } from '../../src/cli/command.ts';
import { CliError } from '../../src/cli/cli-error.ts';
import { decisionBody, decisionNamed, DECISIONS } from '../../src/cli/decision.ts';
import { EXIT, EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { editDistance, nearest } from '../../src/cli/nearest.ts';
import { exportLine } from '../../src/cli/status/environment.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { compose } from '../../src/cli/trigger/compose.ts';
import { FIXTURES } from '../../src/cli/trigger/fixtures.ts';
import { applySetting, readSetting } from '../../src/cli/trigger/set-path.ts';
import { CliEnv } from '../../src/cli/config.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import {
  OrderCancelledSchema,
  OrderCreatedSchema,
  OrderUpdatedSchema,
} from '../../src/contracts/crm.ts';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { PickEventSchema } from '../../src/contracts/picks.ts';
import { TaskEventSchema } from '../../src/contracts/tasks.ts';
import { crossdock } from '../support/cli-stage.ts';

const docs = readFileSync(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8');

describe('help', () => {
  test('shows every verb with its purpose', async () => {
    const { end, stdout } = await crossdock(['--help']);
    expect(end).toBe(0);
    const width = Math.max(...VERBS.map(({ name }) => name.length));
    for (const { name, purpose } of VERBS)
      expect(stdout).toContain(`${name.padEnd(width)}  ${purpose}`);
    for (const meaning of Object.values(EXIT_MEANINGS)) expect(stdout).toContain(meaning);
  });

  test.each(VERBS.map((verb) => [verb.name, verb] as const))(
    'of %s teaches each of its commands: purpose, flags, two examples, exit codes',
    async (name, verb) => {
      const { end, stdout } = await crossdock([name, '--help']);
      expect(end).toBe(0);
      for (const command of verb.commands) {
        expect(stdout).toContain(command.purpose);
        expect(command.examples.length).toBeGreaterThanOrEqual(2);
        for (const [line, about] of command.examples) {
          expect(line).toContain(`crossdock ${[name, command.name].filter(Boolean).join(' ')}`);
          expect(stdout).toContain(`# ${about}`);
        }
        for (const flag of Object.keys(command.flags ?? {})) expect(stdout).toContain(`--${flag}`);
        for (const [code, meaning] of Object.entries(command.exits)) {
          expect(stdout).toContain(`${code}  ${meaning}`);
        }
        expect(Object.keys(command.exits)).toEqual(expect.arrayContaining(['0', '2']));
      }
    },
  );

  test.each(VERBS.map((verb) => [verb.name, verb] as const))(
    'shows examples of %s that the command line reader takes',
    async (_name, verb) => {
      for (const { examples } of verb.commands) {
        for (const [line] of examples) {
          const words = /crossdock ((?:"[^"]*"|[^|)])*)/.exec(line)?.[1] ?? '';
          const argv = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map((one) => one[1] ?? one[2] ?? '');
          const { stderr } = await crossdock([...argv.filter((one) => one !== '"'), '--help']);
          expect(stderr).toBe('');
        }
      }
    },
  );

  test('is the same for `help orders list` and `orders list --help`, and lists one command', async () => {
    const asked = await crossdock(['help', 'orders', 'list']);
    expect(asked.stdout).toBe((await crossdock(['orders', 'list', '--help'])).stdout);
    expect(asked.stdout).not.toContain('orders show');
  });

  test('is data with --json', async () => {
    const { json } = await crossdock(['--help', '--json']);
    const [help] = json();
    expect(help.verbs.map((verb: { name: string }) => verb.name)).toEqual(
      VERBS.map(({ name }) => name),
    );
    expect(help.exit_codes).toEqual(EXIT);
  });

  test('and docs/cli.md name every verb, command, flag, exit code and variable', () => {
    for (const verb of VERBS) {
      for (const command of verb.commands) {
        expect(docs).toContain(`crossdock ${[verb.name, command.name].filter(Boolean).join(' ')}`);
        for (const flag of Object.keys(command.flags ?? {})) expect(docs).toContain(`--${flag}`);
      }
    }
    for (const flag of Object.keys(GLOBAL_FLAGS)) expect(docs).toContain(`--${flag}`);
    for (const [code, meaning] of Object.entries(EXIT_MEANINGS)) {
      expect(docs).toContain(`| ${code} | ${meaning}`);
    }
    for (const variable of Object.keys(CliEnv)) expect(docs).toContain(variable);
  });
});

describe('a wrong command line', () => {
  test.each([
    [['statsu'], 'Did you mean `status`?'],
    [['orders', 'lst'], 'Did you mean `list`?'],
    [['orders', 'list', '--stag', 'OPEN'], 'Did you mean `--stage`?'],
    [['status', '--jsno'], 'Did you mean `--json`?'],
    [['--hlep'], 'Did you mean `--help`?'],
    [['trigger', 'ordr.created'], 'Did you mean `order.created`?'],
    [['actions', 'decide', 'a', 'substitue'], 'Did you mean `substitute`?'],
    [[], 'A verb is missing.'],
    [['orders'], 'needs one of: list, show'],
    [['orders', 'show'], 'ORDER_ID is missing'],
    [['orders', 'show', 'a', 'b'], '`b` is one argument too many'],
    [['orders', 'list', '--limit', '0'], '--limit takes a whole number from 1'],
    [['orders', 'list', '--limit', '1e3'], '--limit takes a whole number from 1'],
    [['orders', 'list', '--limit'], 'argument missing'],
    [['status', '--env=yes'], 'does not take an argument'],
    [['trigger', 'order.created', '--set', 'nonsense'], '--set takes path=value'],
    [['trigger', 'order.created', '--rate', '-1'], ''],
    [['tail', '--since', 'yesterday'], '--since takes an instant'],
    [['actions', 'decide', 'a', 'cancel_line'], '`cancel_line` needs --line'],
    [['dlq', 'replay'], 'Name one dead letter by its ID'],
    [['dlq', 'replay', 'a', '--all'], 'Name one dead letter by its ID'],
    [['dlq', 'discard', 'a'], '--reason TEXT is missing'],
    [['up', '--ports', '4000'], '--ports takes only `auto`'],
    [['api', '--data-dir', '/x'], '--data-dir has no meaning for `api`'],
    [['orders', 'list', '--url', 'nowhere', '--api-key', 'k'], 'is not an address'],
    [
      ['orders', 'list', '--url', 'http://127.0.0.1:1'],
      'An API key for http://127.0.0.1:1 is missing',
    ],
  ])('ends with 2 and a hint, and does nothing: %j', async (argv, words) => {
    const { end, stdout, stderr } = await crossdock(argv);
    expect(end).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
  });

  test('is a JSON object on stdout with --json', async () => {
    const { end, json } = await crossdock(['statsu', '--json']);
    expect(end).toBe(2);
    expect(json()).toEqual([
      { error: { code: 'usage', exit: 2, message: expect.any(String), hint: expect.any(String) } },
    ]);
  });

  test('is a bad variable as well', async () => {
    const env = { CROSSDOCK_CLI_POLL_MS: 'often' };
    const { end, stderr } = await crossdock(['orders', 'list'], { env });
    expect(end).toBe(2);
    expect(stderr).toContain('CROSSDOCK_CLI_POLL_MS');
  });
});

test('the process verbs are handed to the launcher', async () => {
  for (const entry of ['api', 'worker', 'wms']) {
    expect((await crossdock([entry])).end).toEqual({ entry });
  }
});

test('--version tells the version of the package', async () => {
  expect((await crossdock(['--version', '--json'])).json()).toEqual([{ version: '0.1.0' }]);
});

describe('the nearest word', () => {
  test('is none when every word is far', () => {
    expect(nearest('zzz', ['status', 'doctor'])).toBeUndefined();
    expect(nearest('rec', ['reconcile', 'tail'])).toBe('reconcile');
  });

  test('is found over any one slip of the finger', () => {
    const words = VERBS.map(({ name }) => name).filter((name) => name.length > 3);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(), fc.boolean(), (word, seed, swaps) => {
        const at = seed % (word.length - 1);
        const slipped = swaps
          ? word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2)
          : word.slice(0, at) + word.slice(at + 1);
        expect(editDistance(word, slipped)).toBeLessThanOrEqual(1);
        expect(nearest(slipped, words)).toBe(word);
      }),
    );
  });

  test('counts edits the same both ways, and none only for equal words', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe('an event to trigger', () => {
  const SCHEMAS: Record<string, z.ZodType> = {
    'order.created': OrderCreatedSchema,
    'order.updated': OrderUpdatedSchema,
    'order.cancelled': OrderCancelledSchema,
  };

  test.each(Object.entries(FIXTURES))('%s fits the contract', (type, fixture) => {
    const composition = { type, fixture, orderId: 'ORD-9', known: {}, settings: [] };
    const { body, eventId, eventType, orderId } = compose(composition, 1);
    expect([eventType, orderId]).toEqual([type.toUpperCase(), 'ORD-9']);
    const { event_id: id, payload } = EnvelopeSchema.parse(JSON.parse(body));
    expect(id).toBe(eventId);
    const other = type.startsWith('pick.') ? PickEventSchema : TaskEventSchema;
    expect((SCHEMAS[type] ?? other).safeParse(payload).error).toBeUndefined();
  });

  test('is another order each time, of the same bodies otherwise', () => {
    const fixture = FIXTURES['order.created'];
    if (fixture === undefined) throw new Error('no fixture');
    const composition = {
      type: 'order.created',
      fixture,
      orderId: undefined,
      known: {},
      settings: [],
    };
    const ids = Array.from({ length: 50 }, (_, n) => compose(composition, n + 1).orderId);
    expect(new Set(ids).size).toBe(50);
  });

  test.each([
    ['items.0.qty=5', { payload: { items: [{ qty: 5 }] } }],
    ['payload.items.0.qty=5', { payload: { items: [{ qty: 5 }] } }],
    ['items.1.sku=SKU-9', { payload: { items: [{ qty: 1 }, { sku: 'SKU-9' }] } }],
    ['customer.name=Acme Co', { payload: { items: [{ qty: 1 }], customer: { name: 'Acme Co' } } }],
    ['customer={"name":"X"}', { payload: { items: [{ qty: 1 }], customer: { name: 'X' } } }],
    ['order_id=L-{n}', { payload: { items: [{ qty: 1 }], order_id: 'L-7' } }],
    ['event_version=2.0', { payload: { items: [{ qty: 1 }] }, event_version: 2 }],
    ['note=a=b', { payload: { items: [{ qty: 1 }], note: 'a=b' } }],
    ['lines.0.sku=A', { payload: { items: [{ qty: 1 }], lines: [{ sku: 'A' }] } }],
  ])('takes --set %s', (text, expected) => {
    const envelope = { payload: { items: [{ qty: 1 }] } };
    applySetting(envelope, readSetting(text, 7));
    expect(envelope).toEqual(expected);
  });

  test.each([
    '__proto__.polluted=1',
    'a.constructor.b=1',
    '=1',
    'a..b=1',
    'items.5.qty=1',
    'items.x=1',
  ])('refuses --set %s', (text) => {
    const envelope = { payload: { items: [{ qty: 1 }] } };
    expect(() => applySetting(envelope, readSetting(text, 1))).toThrow(CliError);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('a decision', () => {
  test.each(DECISIONS)('%s is known, however it is spelled', (decision) => {
    expect(decisionNamed(decision.toUpperCase().replaceAll('_', '-'))).toBe(decision);
  });

  test('takes lines as the contract has them', () => {
    expect(decisionBody('substitute', ['L1=SKU-2:3', 'L:2=A:B:4:1.5'], 'why')).toEqual({
      decision: 'substitute',
      lines: [
        { line_id: 'L1', sku: 'SKU-2', qty: 3 },
        { line_id: 'L:2', sku: 'A:B', qty: 4, ratio: 1.5 },
      ],
      note: 'why',
    });
    expect(decisionBody('cancel_line', ['L1', 'L2'], undefined)).toEqual({
      decision: 'cancel_line',
      lines: ['L1', 'L2'],
    });
    expect(decisionBody('wait', [], undefined)).toEqual({ decision: 'wait' });
    expect(() => decisionBody('substitute', ['L1'], undefined)).toThrow(CliError);
  });
});

test('what other systems wrote cannot steer the terminal', () => {
  let out = '';
  const terminal = createTerminal({ write: (text) => (out += text) }, { write: () => undefined });
  terminal.print('\u001B[2Jgone\u009B\r\u0007\ttab é');
  expect(out).toBe('\u{FFFD}[2Jgone\u{FFFD}\u{FFFD}\u{FFFD}\ttab é\n');
});

test('an exported value survives the shell', () => {
  expect(exportLine('A', "it's $HOME")).toBe(String.raw`export A='it'\''s $HOME'`);
});
