import { describe, expect, test } from 'vitest';
import { describeMistake } from '../../src/mapping/yaml/mistake.ts';
import { edited, wiringMistakes, WMS, WMS_FILES, wmsFile } from '../support/wiring-stage.ts';

interface Wrong {
  what: string;
  from: string;
  to: string;
  /** Said of it. */
  says: RegExp;
  /** What is marked in its line. */
  marks?: string;
  suggests?: string | null;
}

const KEYS: Wrong[] = [
  {
    what: 'a key',
    from: 'title:',
    to: 'titel:',
    says: /A connection has no titel; it takes connection, kind, title/,
    marks: 'titel',
    suggests: 'title',
  },
  {
    what: 'a key of webhooks',
    from: 'envelope:',
    to: 'envelop:',
    says: /webhooks has no envelop/,
    suggests: 'envelope',
  },
  {
    what: 'a key of an event',
    from: 'confirms: true',
    to: 'confirm: true',
    says: /The event PICK\.CREATED has no confirm/,
    suggests: 'confirms',
  },
  {
    what: 'a key of order',
    from: '{id: payload.order_id,',
    to: '{ids: payload.order_id,',
    says: /order has no ids/,
    suggests: 'id',
  },
  {
    what: 'a key of a call',
    from: 'send: wms.pick_request',
    to: 'sends: wms.pick_request',
    says: /The call request_pick has no sends/,
    suggests: 'send',
  },
  {
    what: 'the name of a call',
    from: 'find_pick:',
    to: 'find_picks:',
    says: /calls has no find_picks/,
    suggests: 'find_pick',
  },
  {
    what: 'a call of another kind',
    from: 'alive:',
    to: 'tell_crm:',
    says: /calls has no tell_crm/,
  },
  {
    what: 'a key of a rule of when',
    from: '{status: 404, means: missing}',
    to: '{state: 404, means: missing}',
    says: /A rule of when has no state/,
    suggests: 'status',
  },
  {
    what: 'a key of auth',
    from: 'token: {env: CROSSDOCK_WMS_TOKEN}',
    to: 'tokne: {env: CROSSDOCK_WMS_TOKEN}',
    says: /auth of kind bearer has no tokne/,
    suggests: 'token',
  },
  {
    what: 'a key of can',
    from: 'shipments: true',
    to: 'shipment: true',
    says: /can has no shipment/,
    suggests: 'shipments',
  },
  {
    what: 'a key of a condition',
    from: 'above_path: payload.previous',
    to: 'above_pth: payload.previous',
    says: /A condition has no above_pth/,
    suggests: 'above_path',
  },
];

const NAMES: Wrong[] = [
  {
    what: 'the mapping of an event',
    from: 'map: wms.shipped',
    to: 'map: wms.shiped',
    says: /There is no mapping wms\.shiped\./,
    marks: 'wms.shiped',
    suggests: 'wms.shipped',
  },
  {
    what: 'the mapping of a body',
    from: 'send: wms.pick_request',
    to: 'send: wms.pick_reqest',
    says: /There is no mapping wms\.pick_reqest/,
    suggests: 'wms.pick_request',
  },
  {
    what: 'a schema',
    from: 'template.envelope',
    to: 'template.envelop',
    says: /There is no schema template\.envelop/,
    suggests: 'template.envelope',
  },
  {
    what: 'a profile',
    from: 'profile: template',
    to: 'profile: templat',
    says: /There is no profile templat; there are template/,
    suggests: 'template',
  },
  {
    what: 'a kind',
    from: 'kind: wms',
    to: 'kind: wsm',
    says: /kind is crm, tasks, wms/,
    suggests: 'wms',
  },
  {
    what: 'a kind of auth',
    from: 'kind: bearer',
    to: 'kind: baerer',
    says: /kind is none, header, bearer/,
    suggests: 'bearer',
  },
  {
    what: 'a meaning',
    from: 'means: out_of_stock',
    to: 'means: out_of_stok',
    says: /means is ok, missing, out_of_stock/,
    suggests: 'out_of_stock',
  },
  {
    what: 'a word of can',
    from: 'events: lines',
    to: 'events: line',
    says: /events is lines, headers, none/,
    suggests: 'lines',
  },
  {
    what: 'a word of create',
    from: '[key, reference]',
    to: '[key, refrence]',
    says: /create is key, reference/,
    suggests: 'reference',
  },
  {
    what: 'a name in a path',
    from: 'get: /picks/{pick_id}',
    to: "get: '/picks/{pick_ip}'",
    says: /There is no \{pick_ip\} here; there is \{pick_id\}, \{reference\}/,
    suggests: 'pick_id',
  },
  {
    what: 'a name in a query',
    from: "'{sku}'",
    to: "'{skus}'",
    says: /There is no \{skus\} here; there is \{sku\}/,
    suggests: 'sku',
  },
  {
    what: 'a form of a name',
    from: "'{since}'",
    to: "'{since|epoch}'",
    says: /There is no form \|epoch; there is epoch_s, epoch_ms/,
  },
  {
    what: 'a path of an event',
    from: 'reference: payload.reference',
    to: 'reference: payload.referense',
    says: /payload of wms\.pick_event has no referense/,
    marks: 'payload.referense',
    suggests: 'payload.reference',
  },
];

const ENDS: Wrong[] = [
  {
    what: 'a mapping to another meaning',
    from: 'map: wms.stock_risen',
    to: 'map: wms.pick',
    says: /map: takes one to pick\.reported or pick\.touched or stock\.risen; wms\.pick is wms\.pick -> pick\.record/,
  },
  {
    what: 'a body of another command',
    from: 'send: wms.pick_update',
    to: 'send: wms.pick_cancel',
    says: /send: takes one from command\.update_pick; wms\.pick_cancel is command\.cancel_pick/,
  },
  {
    what: 'an answer read as something else',
    from: 'receive: wms.stock_level',
    to: 'receive: wms.pick',
    says: /receive: takes one to stock\.level/,
  },
  {
    what: 'a body where none is sent',
    from: 'query: {reference:',
    to: 'send: wms.pick_request\n    query: {reference:',
    says: /send: takes no mapping/,
  },
  {
    what: 'an answer that nobody reads',
    from: '    items: items\n    receive: wms.pick\n  look',
    to: '    items: items\n  look',
    says: /The call find_pick needs receive: the mapping that reads its answer/,
  },
];

const FORM: Wrong[] = [
  {
    what: 'a secret in the file',
    from: 'token: {env: CROSSDOCK_WMS_TOKEN}',
    to: 'token: s3cret',
    says: /token is a secret: write \{env: VARIABLE\}\. What stands in this file is stored and shown/,
  },
  {
    what: 'a secret with a default',
    from: 'token: {env: CROSSDOCK_WMS_TOKEN}',
    to: 'token: {env: CROSSDOCK_WMS_TOKEN, default: s3cret}',
    says: /token has no default; it takes env/,
  },
  {
    what: 'a webhook secret in the file',
    from: 'secrets: [{env: CROSSDOCK_WEBHOOK_SECRET_WMS}]',
    to: 'secrets: [s3cret]',
    says: /A webhook secret is a secret/,
  },
  {
    what: 'no webhook secret',
    from: 'secrets: [{env: CROSSDOCK_WEBHOOK_SECRET_WMS}]',
    to: 'secrets: []',
    says: /secrets lists 1 to 3 secrets/,
  },
  {
    what: 'a variable that is none',
    from: '{env: CROSSDOCK_WMS_TOKEN}',
    to: '{env: wms-token}',
    says: /wms-token is no name of a variable; write it like ACME_TOKEN/,
  },
  {
    what: 'a name that is none',
    from: 'connection: wms',
    to: 'connection: WMS north',
    says: /WMS north is no name; write it like acme-north/,
  },
  {
    what: 'a name that is a path',
    from: 'connection: wms',
    to: 'connection: orders',
    says: /orders is taken: it is a path of crm/,
  },
  {
    what: 'a call of two methods',
    from: 'post: /picks\n',
    to: 'post: /picks\n    put: /picks\n',
    says: /A call has exactly one of get, post, put, patch, delete/,
  },
  {
    what: 'a status that is none',
    from: 'status: 404',
    to: 'status: 40',
    says: /status is 100 to 599/,
  },
  {
    what: 'a rule without a test',
    from: '{status: 404, means: missing}',
    to: '{means: missing}',
    says: /A rule of when has status:, where:, or both/,
  },
  {
    what: 'two tests in one',
    from: "like: '*/out-of-stock'",
    to: "like: '*/out-of-stock', eq: x",
    says: /A condition has exactly one of eq, in, like/,
  },
  {
    what: 'many values where one is wanted',
    from: 'path: payload.available',
    to: "path: 'payload.lines[*].sku'",
    says: /names many values where one is wanted/,
  },
  {
    what: 'a path from the root',
    from: 'id: event_id',
    to: 'id: $.event_id',
    says: /begins at the body itself: write it without \$\./,
  },
  {
    what: 'a brace without its partner',
    from: 'get: /picks/{pick_id}',
    to: "get: '/picks/{pick_id'",
    says: /has a brace without its partner/,
  },
  {
    what: 'paging that is none',
    from: 'next: {cursor: next}',
    to: 'next: {after: next}',
    says: /next has no after; it takes cursor, page, offset/,
  },
  {
    what: 'a text that YAML reads otherwise',
    from: 'title: The built-in warehouse',
    to: 'title: 00123',
    says: /quote it \('00123'\)/,
  },
  { what: 'a key twice', from: 'title:', to: 'kind: wms\ntitle:', says: /Map keys must be unique/ },
  {
    what: 'an alias',
    from: 'title: The built-in warehouse',
    to: 'title: &a The built-in warehouse',
    says: /Anchors/,
  },
];

const MISSING: Wrong[] = [
  {
    what: 'the url',
    from: "url: {env: CROSSDOCK_WMS_URL, default: 'http://127.0.0.1:4100', below: /api/v1}\n",
    to: '',
    says: /A connection needs url: where it is reached/,
  },
  {
    what: 'the kind of auth',
    from: 'auth: {kind: bearer, token: {env: CROSSDOCK_WMS_TOKEN}}',
    to: 'auth: {token: {env: CROSSDOCK_WMS_TOKEN}}',
    says: /auth needs a kind: none, header, bearer/,
  },
  {
    what: 'a field of auth',
    from: 'auth: {kind: bearer, token: {env: CROSSDOCK_WMS_TOKEN}}',
    to: 'auth: {kind: bearer}',
    says: /auth of kind bearer needs token/,
  },
  { what: 'the id of events', from: '  id: event_id\n', to: '', says: /webhooks needs id/ },
  {
    what: 'where the order of an event is',
    from: 'PICK.PARTIAL: {map: wms.picked, order: {id: payload.order_id, reference: payload.reference}}',
    to: 'PICK.PARTIAL: {map: wms.picked}',
    says: /The event PICK\.PARTIAL needs order: \{id: path\}/,
  },
];

describe.each([
  ['misspelt keys', KEYS],
  ['names that there are not', NAMES],
  ['mappings of the wrong ends', ENDS],
  ['what is badly written', FORM],
  ['what is missing', MISSING],
])('%s', (_group, all) => {
  test.each(all.map((wrong) => [wrong.what, wrong] as const))(
    '%s is refused with its place',
    (_what, { from, to, says, marks, suggests }) => {
      const mistakes = wiringMistakes(edited(from, to));
      const mistake = mistakes.find(({ message }) => says.test(message));
      expect(mistakes.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
      if (mistake === undefined) return;
      const { file, line, col, excerpt, length, suggestion } = mistake;
      expect(file).toBe(WMS);
      expect(excerpt).toBe(edited(from, to)[WMS]?.split('\n')[line - 1]);
      if (marks !== undefined) expect(excerpt.slice(col - 1, col - 1 + length)).toBe(marks);
      if (suggests !== undefined) expect(suggestion).toBe(suggests);
    },
  );
});

test.each(['request_pick', 'look_at_pick'])('a warehouse without %s is refused', (call) => {
  const gone = wmsFile().replace(new RegExp(`  ${call}:\\n(    .*\\n)+`), '');
  expect(gone).not.toBe(wmsFile());
  expect(wiringMistakes({ ...WMS_FILES, [WMS]: gone })).toMatchObject([
    {
      code: 'required',
      message: `calls: needs ${call}, without which a wms cannot serve an order.`,
    },
  ]);
});

test('what is claimed and has no call is refused', () => {
  const without = (call: string) => wmsFile().replace(new RegExp(`  ${call}:\\n(    .*\\n)+`), '');
  const said = (text: string) =>
    wiringMistakes({ ...WMS_FILES, [WMS]: text }).map(({ message }) => message);
  expect(said(without('find_pick'))).toEqual(['create: reference needs the call find_pick.']);
  expect(said(without('cancel_pick'))).toEqual(['cancel: lines needs the call cancel_pick.']);
});

test('two connections of one name are refused, and the other file is named', () => {
  expect(wiringMistakes({ ...WMS_FILES, 'connections/z.yaml': wmsFile() })).toMatchObject([
    {
      code: 'duplicate',
      file: 'connections/z.yaml',
      message: expect.stringContaining(
        'There is a connection wms already, in connections/wms.yaml',
      ),
    },
  ]);
});

test('all mistakes of all files are told at once', () => {
  const files: Record<string, string> = {
    ...edited('title:', 'titel:'),
    'rules/wms/stock-risen.yaml':
      'mapping: wms.inventory_alert -> stock.risen\nname: wms.stock_risen\nversion: 1\nrules:\n  - {to: sku, from: payload.skuu}\n',
    'functions/texts.ts': 'export const cut = { name: "cut" };',
    'alone.yaml': 'mapping: none',
  };
  const twice = { ...files, [WMS]: (files[WMS] ?? '').replace('means: exists', 'means: exist') };
  const mistakes = wiringMistakes(twice);
  const places = mistakes.map(({ file, line }) => `${file}:${line}`);
  expect(places).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^connections\/wms\.yaml:3$/),
      expect.stringMatching(/^connections\/wms\.yaml:\d\d$/),
      'functions/texts.ts:1',
      'rules/wms/stock-risen.yaml:5',
    ]),
  );
  expect(mistakes.map(({ file }) => file)).toEqual(mistakes.map(({ file }) => file).toSorted());
});

test('a mistake is shown with its line and a mark under what is meant', () => {
  const [mistake] = wiringMistakes(edited('profile: template', 'profile: templat'));
  expect(mistake === undefined ? '' : describeMistake(mistake)).toMatch(
    /^connections\/wms\.yaml:7:12 unknown-name at \/webhooks\/profile\n {2}7 \| {3}profile: templat\n {4}\| {12}\^{7}\n {2}There is no profile templat; .* Did you mean template\?$/,
  );
});
