import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runGolden } from '../../src/mapping/golden.ts';
import { createNodeReader } from '../../src/mapping/yaml/fields.ts';
import { createMistakes } from '../../src/mapping/yaml/mistake.ts';
import { createSourceFile } from '../../src/mapping/yaml/node.ts';
import { parseYaml } from '../../src/mapping/yaml/parse-yaml.ts';
import { normaliseEvent } from '../../src/normalise/normalise-event.ts';
import { readEvent } from '../../src/normalise/read-event.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import { crossdock } from '../support/cli-stage.ts';
import { wiringOf } from '../support/shipped-wiring.ts';
import {
  directoryOf,
  docBlocks,
  docFiles,
  textsOf,
  withShipped,
  type DocBlock,
} from '../support/wiring-docs.ts';
import { SECRET, signedByNordlager, startNordlager } from '../support/wiring-nordlager.ts';
import { connect, look, pickOf, pickRequest, REFERENCE, send } from '../vendors/connect.ts';

const TUTORIAL = docFiles('mappings');
const REFERENCE_FILES = docFiles('reference');

function blocksOf(...words: string[]): DocBlock[] {
  return docBlocks().filter((block) => words.every((word, index) => block.words[index] === word));
}

function onlyBlock(...words: string[]): DocBlock {
  const [block] = blocksOf(...words);
  if (block === undefined) throw new Error(`There is no block ${words.join(' ')}.`);
  return block;
}

test('every YAML block says what it is, so that none escapes these tests', () => {
  const known = /^(mappings\/|reference\/|rules$|connection$|mistake$)/;
  const stray = docBlocks().filter(
    ({ language, words }) => language === 'yaml' && !known.test(words[0] ?? ''),
  );
  expect(stray).toEqual([]);
});

describe('the fifth warehouse', () => {
  test('is written in YAML alone, and compiles beside the shipped ones', () => {
    expect(Object.keys(TUTORIAL).every((path) => path.endsWith('.yaml'))).toBe(true);
    const { connections, bundle } = wiringOf(withShipped(TUTORIAL));
    expect(connections.get('nordlager')).toMatchObject({
      kind: 'wms',
      can: { idempotentCreate: false, find: 'reference', events: 'headers', cancel: 'whole' },
    });
    expect(runGolden(bundle).failed).toEqual([]);
  });

  test('compiles after each step, in the order of the page', () => {
    const steps = docBlocks().filter(({ words }) => words[0]?.startsWith('mappings/') === true);
    const soFar: Record<string, string> = {};
    for (const { words, text } of steps) {
      soFar[(words[0] ?? '').replace('mappings/', '')] = text;
      wiringOf(textsOf(soFar));
    }
    expect(steps.length).toBeGreaterThan(12);
  });

  test('what the page shows of explain, test and a mistake is what is printed', async () => {
    const files = withShipped(TUTORIAL).map(({ path, text }) => ({
      path: `mappings/${path}`,
      text,
    }));
    const input = onlyBlock('consignment.json').text;
    const cwd = directoryOf([...files, { path: 'consignment.json', text: input }]);
    const run = async (...argv: string[]) => (await crossdock(['map', ...argv], { cwd })).stdout;
    const name = 'nordlager.consignment';
    expect(
      await run('explain', name, '--input', 'consignment.json', '--target', 'lines[*].picked'),
    ).toBe(onlyBlock('explain').text);
    expect(await run('test', '--only', name)).toBe(onlyBlock('test').text);
    const broken = onlyBlock('mistake', 'mappings/rules/nordlager/consignment-created.yaml');
    writeFileSync(join(cwd, broken.words[1] ?? ''), broken.text);
    const shown = docBlocks().find(
      ({ language, words }) => language === 'text' && words[0] === 'mistake',
    );
    expect(await run('check')).toBe(shown?.text);
  });
});

describe('Nordlager, called by what the page says', () => {
  const wiring = wiringOf(withShipped(TUTORIAL));
  const lines = [
    { lineId: '1', sku: 'SKU-111', qty: 24 },
    { lineId: '2', sku: '00123', qty: 5 },
  ];

  test('is asked with Basic auth, in pieces, and read in cases', async () => {
    const far = await startNordlager();
    onTestFinished(() => far.stub.close());
    const connected = connect(wiring, 'nordlager', far.env);
    const pick = pickOf(await send(connected, pickRequest(lines)));
    expect(far.stub.calls[0]).toMatchObject({
      method: 'POST',
      path: '/v2/consignments',
      body: {
        clientRef: REFERENCE,
        express: 'NEXT_DAY',
        delivery: {
          rows: [
            { rowRef: '1', article: { no: 'SKU-111' }, wanted: { amount: 24, unit: 'PCS' } },
            { rowRef: '2', article: { no: '00123' }, wanted: { amount: 5, unit: 'PCS' } },
          ],
        },
      },
    });
    expect(pick).toMatchObject({
      pickId: 'C-1',
      lines: [
        { lineId: '1', requested: 24, allocated: 24 },
        { lineId: '2', sku: '00123', requested: 5, allocated: 5 },
      ],
    });
    await connected.http.close();
  });

  test('a second request finds the first; nothing free, packed and stopped are understood', async () => {
    const far = await startNordlager();
    onTestFinished(() => far.stub.close());
    const connected = connect(wiring, 'nordlager', far.env);
    await send(connected, pickRequest(lines));
    expect(pickOf(await send(connected, pickRequest(lines)))).toMatchObject({ pickId: 'C-1' });
    expect(far.consignments).toHaveLength(1);
    const none = pickRequest([{ lineId: '1', sku: 'SKU-EMPTY', qty: 1 }], 'pick:ORD-2:0:1');
    expect(await send(connected, none)).toMatchObject({ outcome: { type: 'pick_out_of_stock' } });
    const [first] = far.consignments;
    if (first !== undefined) first.state = 'PACKED';
    expect(pickOf(await look(connected, 'C-1'))).toMatchObject({
      status: 'COMPLETED',
      lines: [{ picked: 24 }, { picked: 5 }],
    });
    const cancel = {
      kind: 'cancel_pick',
      key: 'cancel',
      reference: REFERENCE,
      pickId: 'C-1',
      lines: null,
      reason: null,
    } as const;
    expect(await send(connected, cancel)).toMatchObject({ outcome: { result: 'REJECTED' } });
    if (first !== undefined) first.state = 'NEW';
    expect(await send(connected, cancel)).toMatchObject({
      outcome: { result: 'ACCEPTED', pick: { status: 'CANCELLED' } },
    });
    await connected.http.close();
  });

  test('its events are believed when they are signed as it signs, and lead to a look', () => {
    const spec = wiring.connections.get('nordlager');
    const profile = spec?.webhooks?.profile;
    if (profile === undefined) throw new Error('nordlager has no webhooks');
    const verifier = createVerifier(profile, [
      { id: 'a', value: SECRET, state: 'active', until: null },
    ]);
    const at = new Date('2026-01-17T14:32:00Z');
    const body = JSON.stringify({
      kind: 'consignment.changed',
      consignment: { number: 'C-1', clientRef: REFERENCE },
    });
    const headers = signedByNordlager(body, at);
    const request = {
      method: 'POST',
      url: '/webhooks/nordlager',
      body: Buffer.from(body),
      headers,
    };
    expect(verifier.verify(request, at.getTime())).toMatchObject({ authentic: true, stale: false });
    const altered = { ...request, body: Buffer.from(body.replace('C-1', 'C-2')) };
    expect(verifier.verify(altered, at.getTime())).toMatchObject({ authentic: false });

    const origin = { connection: 'nordlager', kind: 'wms' } as const;
    const raw = { value: JSON.parse(body) as unknown, body: request.body, headers };
    const read = readEvent(wiring, origin, raw);
    expect(read).toMatchObject({
      ok: true,
      event: { eventId: 'delivery-1', eventType: 'consignment.changed' },
    });
    const kept = {
      ...origin,
      eventId: 'delivery-1',
      receivedAt: 1,
      eventType: 'consignment.changed',
    };
    expect(normaliseEvent(wiring, { ...kept, body: request.body })).toMatchObject({
      to: 'order',
      input: { type: 'pick_touched', pickId: 'C-1', reference: REFERENCE },
    });
  });
});

describe('the reference', () => {
  test('its files compile and their golden cases pass', () => {
    const { bundle } = wiringOf(textsOf(REFERENCE_FILES));
    expect(runGolden(bundle)).toMatchObject({ failed: [] });
    expect(runGolden(bundle).passed).toBeGreaterThan(0);
  });

  test.each(blocksOf('rules').map(({ line, text }) => [line, text] as const))(
    'the rules of line %i compile',
    (_line, text) => {
      const rules = text.replaceAll(/^/gm, '  ').trimEnd();
      const file = `mapping: shop.order -> depot.job\nname: doc\nversion: 1\nrules:\n${rules}\n`;
      const { bundle } = wiringOf(textsOf({ ...REFERENCE_FILES, 'rules/doc.yaml': file }));
      expect(bundle.mappings.has('doc')).toBe(true);
    },
  );

  test.each(
    blocksOf('connection').map(({ line, text, words }) => [line, { text, words }] as const),
  )(
    'the part of a connection of line %i compiles',
    (_line, { text, words: [, name = 'nordlager'] }) => {
      const path = `connections/${name}.yaml`;
      const whole = name === 'nordlager' ? textsOf(TUTORIAL) : withShipped(TUTORIAL);
      const base = whole.find((file) => file.path === path)?.text ?? '';
      const part = { path, text: overlaid(base, text) };
      const { connections } = wiringOf([...whole.filter((file) => file.path !== path), part]);
      expect(connections.has(name)).toBe(true);
    },
  );

  test('every command of the page is one that there is', () => {
    const verbs = new Map(VERBS.map(({ name, commands }) => [name, commands]));
    const said = docBlocks()
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => [...text.matchAll(/npx crossdock (\S+) (\S+)/g)]);
    expect(said.length).toBeGreaterThan(5);
    for (const [, verb = '', command = ''] of said) {
      expect(verbs.get(verb)?.map(({ name }) => name)).toContain(command);
    }
  });
});

/** The keys of a part in place of those of a whole, as texts, so that each keeps its lines. */
function overlaid(base: string, part: string): string {
  const sections = new Map([...sectionsOf(base), ...sectionsOf(part)]);
  return [...sections.values()].join('');
}

function sectionsOf(text: string): [string, string][] {
  const mistakes = createMistakes();
  const node = parseYaml(createSourceFile({ path: 'part', text }), mistakes);
  const map = node === null ? null : createNodeReader(mistakes).map(node, 'part');
  const entries = map?.entries ?? [];
  return entries.map(({ key, keyPlace }, index) => [
    key,
    `${text.slice(keyPlace.from, entries[index + 1]?.keyPlace.from ?? text.length).trimEnd()}\n`,
  ]);
}
