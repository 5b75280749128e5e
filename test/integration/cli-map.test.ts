import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/books-shelf.ts';
import { crossdock, type CliRun } from '../support/cli-stage.ts';
import { SHIPPED_MAPPINGS } from '../support/shipped-wiring.ts';

const ORDER = {
  event_id: 'evt_1',
  event_type: 'ORDER.CREATED',
  event_version: '1.0',
  timestamp: '2026-01-17T14:32:00Z',
  source: 'system',
  payload: {
    order_id: 'ORD-1',
    customer: { account_priority: 'gold' },
    items: [
      { line_id: '1', sku: '00123', qty: 2 },
      { line_id: '2', sku: 'NO', qty: 1 },
    ],
  },
};

interface Stage {
  cwd: string;
  map(...argv: string[]): Promise<CliRun>;
  read(path: string): string;
  write(path: string, text: string): void;
  edit(path: string, from: string, to: string): void;
}

const KEPT =
  /^$|^(functions|tables|rules|golden|connections|schemas)(\/(crm|tasks|wms|account|texts|versions)\b.*)?$/;

/** A copy of the built-in mappings, in a folder of its own. */
function open(): Stage {
  const cwd = temporaryFolder();
  const filter = (source: string): boolean =>
    KEPT.test(source.slice(SHIPPED_MAPPINGS.replace(/\/$/, '').length + 1));
  cpSync(SHIPPED_MAPPINGS, join(cwd, 'mappings'), { recursive: true, filter });
  const at = (path: string): string => join(cwd, path);
  const read = (path: string): string => readFileSync(at(path), 'utf8');
  const write = (path: string, text: string): void => writeFileSync(at(path), text);
  write('order.json', JSON.stringify(ORDER));
  return {
    ...{ cwd, read, write },
    map: (...argv) => crossdock(['map', ...argv], { cwd }),
    edit: (path, from, to) => {
      const before = read(path);
      expect(before).toContain(from);
      write(path, before.replace(from, to));
    },
  };
}

const CREATED = 'mappings/rules/crm/order-created.yaml';
const GOLDEN = 'mappings/golden/crm/order-created.yaml';
const TABLE = 'mappings/tables/account-priority.yaml';

describe('crossdock map check', () => {
  test('says what a directory holds, and its bundle', async () => {
    const { map, cwd } = open();
    const { end, stdout } = await map('check');
    expect(end).toBe(0);
    expect(stdout).toMatch(
      /^mappings compiles: \d+ mappings, 1 table, 3 connections, \d+ golden cases\. Bundle [0-9a-f]{64}$/m,
    );
    const [json] = (await map('check', '--json')).json();
    expect(json).toMatchObject({ ok: true, directory: join(cwd, 'mappings'), errors: [] });
    expect(stdout).toContain(json.bundle);
  });

  test('shows every mistake with its line and a mark, and ends with 1', async () => {
    const { map, edit } = open();
    edit(CREATED, 'from: sku', 'from: skuu');
    edit('mappings/connections/crm.yaml', 'title:', 'titel:');
    const { end, stdout, stderr } = await map('check');
    expect(end).toBe(1);
    expect(stdout).toMatch(
      /rules\/crm\/order-created\.yaml:23:25 unknown-path at \/rules\/3\/rules\/1\/from\n {2}23 \| .*\n {5}\| +\^{4}\n .*Did you mean sku\?/,
    );
    expect(stdout).toMatch(/connections\/crm\.yaml:3:1 unknown-key/);
    expect(stderr).toContain('2 mistakes in mappings; nothing of it can serve');
    const [json] = (await map('check', '--json')).json();
    expect(json).toMatchObject({
      ok: false,
      errors: [{ line: 3 }, { line: 23, suggestion: 'sku' }],
    });
  });

  test('takes a directory, and one that is not there is a wrong command line', async () => {
    const { map } = open();
    expect((await map('check', 'mappings')).end).toBe(0);
    const gone = await map('check', 'mapings');
    expect(gone.end).toBe(2);
    expect(gone.stderr).toMatch(/There is no directory .*mapings/);
    expect((await map('check', '.')).stderr).toContain('holds no mapping files');
  });

  test('finds the directory by --dir and by CROSSDOCK_MAPPINGS_DIR', async () => {
    const { cwd, map } = open();
    const elsewhere = temporaryFolder();
    const env = { CROSSDOCK_MAPPINGS_DIR: join(cwd, 'mappings') };
    const named = await crossdock(['map', 'check'], { cwd: elsewhere, env });
    expect(named.stdout).toContain('3 connections');
    expect((await map('show', '--dir', 'mappings', '--json')).json()[0].connections).toHaveLength(
      3,
    );
  });
});

describe('crossdock map test', () => {
  test('passes, and says what no case reaches', async () => {
    const { map, edit } = open();
    const whole = await map('test');
    expect(whole.end).toBe(0);
    expect(whole.stdout).toMatch(/^\d+ passed, 0 failed$/m);
    edit(TABLE, 'bronze: low', 'bronze: low, tin: low');
    const { stdout } = await map('test', '--only', 'crm.order_created');
    expect(stdout).toContain('rules/crm/order-created.yaml:6 row tin of table account_priority');
    expect(stdout).not.toContain('order-updated');
  });

  test('shows what differs, and ends with 1', async () => {
    const { map, edit } = open();
    edit(TABLE, 'gold: high', 'gold: urgent');
    const { end, stdout, stderr } = await map('test', '--only', 'crm.order_created');
    expect(end).toBe(1);
    expect(stdout).toMatch(
      /golden\/crm\/order-created\.yaml:3 crm\.order_created, case .*: The output is another than expected\.\n {4}priority: "high" -> "urgent"/,
    );
    expect(stderr).toContain('map test --update');
    const [json] = (await map('test', '--json')).json();
    expect(json.failed[0]).toMatchObject({
      differences: [{ path: 'priority', before: 'high', after: 'urgent' }],
    });
  });

  test('--update writes what comes out, and leaves every other byte', async () => {
    const { map, edit, read } = open();
    edit(GOLDEN, 'priority: high', 'priority: high # as agreed');
    const before = read(GOLDEN);
    edit(TABLE, 'gold: high', 'gold: urgent');
    const { end, stdout } = await map('test', '--update', '--only', 'crm.order_created');
    expect(end).toBe(0);
    expect(stdout).toContain('priority: "high" -> "urgent"');
    expect(stdout).toContain('1 case written anew in 1 file');
    expect(read(GOLDEN)).toBe(before.replace('priority: high #', 'priority: urgent #'));
    expect((await map('test', '--only', 'crm.order_created')).end).toBe(0);
  });

  test('--update turns an output into errors and back', async () => {
    const { map, edit, read } = open();
    edit(TABLE, 'platinum: urgent, ', '');
    expect((await map('test', '--update')).end).toBe(0);
    expect(read(GOLDEN)).toContain(
      '[{code: MAP_ENUM, source: payload.customer.account_priority, target: priority}]',
    );
    edit(TABLE, 'rows: {', 'rows: {platinum: urgent, ');
    expect((await map('test', '--update')).end).toBe(0);
    expect((await map('test')).end).toBe(0);
  });

  test('--update of a JSON file keeps it JSON', async () => {
    const { map, edit, read, write } = open();
    const golden = {
      mapping: 'crm.order_created',
      cases: [{ case: 'one', input: ORDER, output: {} }],
    };
    write('mappings/golden/crm/one.json', JSON.stringify(golden, null, 2));
    edit(TABLE, 'gold: high', 'gold: urgent');
    expect((await map('test', '--update')).end).toBe(0);
    const after = JSON.parse(read('mappings/golden/crm/one.json')) as typeof golden;
    expect(after.cases[0]).toMatchObject({ input: ORDER, output: { priority: 'urgent' } });
  });

  test('an input that does not fit is left for a person', async () => {
    const { map, edit } = open();
    edit(GOLDEN, 'order_id: ORD-12345', 'order_no: ORD-12345');
    const { end, stdout, stderr } = await map('test', '--update');
    expect(end).toBe(1);
    expect(stdout).toContain('The input does not fit its schema: payload.order_id');
    expect(stderr).toContain('has to be mended by hand');
  });

  test('a mapping that is not there is named with its neighbour, and ends with 4', async () => {
    const { end, stderr } = await open().map('test', '--only', 'crm.order_creted');
    expect(end).toBe(4);
    expect(stderr).toContain('Did you mean crm.order_created?');
  });
});

describe('crossdock map show', () => {
  test('everything; a mapping, a connection, a table, a schema', async () => {
    const { map } = open();
    expect((await map('show')).stdout).toMatch(
      /^crm\.order_created +1 +crm\.order_created +order\.created +rules/m,
    );
    expect((await map('show', 'crm.order_created')).stdout).toMatch(
      /lines\[\*\]\.line_id +line_id +rules\/crm\/order-created\.yaml:17:9 +locked; absent: \$\.payload\.order_id \+ \$position/,
    );
    expect((await map('show', 'wms')).stdout).toMatch(
      /waits for +CROSSDOCK_WEBHOOK_SECRET_WMS, CROSSDOCK_WMS_TOKEN/,
    );
    expect((await map('show', 'account_priority')).stdout).toMatch(/gold +"high"/);
    expect((await map('show', 'pick.record')).stdout).toMatch(
      /lines\[\*\]\.line_id +absent +a text/,
    );
    expect((await map('show', 'crm.order_created', '--schema')).stdout).toMatch(
      /payload\.items\[\*\]\.sku +- +a text/,
    );
    const [json] = (await map('show', 'tasks.update', '--json')).json();
    expect(json).toMatchObject({
      name: 'tasks.update',
      patch: true,
      rules: [{ target: 'status' }, {}, {}, {}, {}, {}, {}],
    });
  });

  test('a name that is not there ends with 4', async () => {
    const { end, stderr } = await open().map('show', 'acount_priority');
    expect(end).toBe(4);
    expect(stderr).toContain('Did you mean account_priority?');
  });
});

describe('crossdock map explain and preview, with nothing running', () => {
  test('explain says which rule made a field of which source', async () => {
    const { map } = open();
    const { end, stdout } = await map(
      'explain',
      'crm.order_created',
      '--input',
      'order.json',
      '--target',
      'lines[*].sku',
    );
    expect(end).toBe(0);
    expect(stdout).toMatch(
      /lines\[0\]\.sku +"00123" +payload\.items\[0\]\.sku = "00123" +- +rules\/crm\/order-created\.yaml:23:9/,
    );
    expect(stdout.split('\n')).toHaveLength(4);
    const [json] = (
      await map('explain', 'crm.order_created', '--input', 'order.json', '--json')
    ).json();
    expect(json).toMatchObject({ mapping: 'crm.order_created', version: 1, result: { ok: true } });
  });

  test('preview gives the output alone, so that it can be piped', async () => {
    const { stdout, end } = await open().map(
      'preview',
      'crm.order_created',
      '--input',
      'order.json',
    );
    expect(end).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      priority: 'high',
      lines: [{ sku: '00123' }, { sku: 'NO' }],
    });
  });

  test('preview reads a golden input from YAML', async () => {
    const { map, write } = open();
    write(
      'stock.yaml',
      "sku: '00123'\nlocation: a\nlot: null\non_hand: 3\nreserved: 1\npicked: 0\nheld: 0\navailable: 2\n",
    );
    const { stdout } = await map('preview', 'wms.stock_level', '--input', 'stock.yaml');
    expect(JSON.parse(stdout)).toEqual({ sku: '00123', available: 2 });
    write('stock.yaml', 'sku: 00123\n');
    const ambiguous = await map('preview', 'wms.stock_level', '--input', 'stock.yaml');
    expect(ambiguous.end).toBe(2);
    expect(ambiguous.stderr).toContain("quote it ('00123')");
  });

  test('an error of the run names source, target and rule, and ends with 1', async () => {
    const { map, write } = open();
    const payload = { ...ORDER.payload, customer: { account_priority: 'diamond' } };
    write('order.json', JSON.stringify({ ...ORDER, payload }));
    const { end, stdout } = await map('preview', 'crm.order_created', '--input', 'order.json');
    expect(end).toBe(1);
    expect(stdout).toContain(
      'from payload.customer.account_priority to priority, by rules/crm/order-created.yaml:6:5',
    );
  });

  test('an input that does not fit names every field of it', async () => {
    const { map, write } = open();
    const payload = {
      ...ORDER.payload,
      items: [{ sku: 'A', qty: 1 }, { sku: 'B', qty: -1 }, { qty: 1 }],
    };
    write('order.json', JSON.stringify({ ...ORDER, payload }));
    const { end, stderr } = await map('explain', 'crm.order_created', '--input', 'order.json');
    expect(end).toBe(1);
    expect(stderr).toContain('payload.items[1].qty:');
    expect(stderr).toContain('payload.items[2].sku:');
  });

  test.each([
    [['explain', 'crm.order_created'], /--input FILE is missing/],
    [['explain', 'crm.order_created', '--input', 'nowhere.json'], /nowhere\.json cannot be read/],
    [
      ['preview', 'crm.order_created', '--input', 'mappings/rules/crm/event.yaml', '--inptu'],
      /Did you mean `--input`/,
    ],
  ])('%j is a wrong command line', async (argv, says) => {
    const { end, stderr } = await open().map(...argv);
    expect(end).toBe(2);
    expect(stderr).toMatch(says);
  });

  test('what is no JSON is a wrong command line', async () => {
    const { map, write } = open();
    write('order.json', '{');
    const { end, stderr } = await map('preview', 'crm.order_created', '--input', 'order.json');
    expect(end).toBe(2);
    expect(stderr).toContain('--input order.json is not JSON');
  });

  test('a directory with mistakes ends every command with 1 and the mistakes', async () => {
    const { map, edit } = open();
    edit(CREATED, 'from: sku', 'from: skuu');
    const { end, stderr } = await map('preview', 'crm.order_created', '--input', 'order.json');
    expect(end).toBe(1);
    expect(stderr).toContain('Did you mean sku?');
    const [json] = (await map('test', '--json')).json();
    expect(json.error).toMatchObject({
      code: 'mapping-mistakes',
      exit: 1,
      problem: { errors: [{ line: 23 }] },
    });
  });
});

describe('crossdock map schema', () => {
  test('--write puts a JSON Schema for each folder beside the files, and none is read as a mapping', async () => {
    const { map, read } = open();
    const { end, stdout } = await map('schema', '--write');
    expect(end).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      ['rules', 'tables', 'schemas', 'golden', 'connections'].map(
        (name) => `mappings/.schemas/${name}.json`,
      ),
    );
    expect(JSON.parse(read('mappings/.schemas/tables.json'))).toMatchObject({
      title: 'Crossdock tables',
    });
    expect((await map('check')).end).toBe(0);
  });

  test('without it they are on stdout', async () => {
    const [all] = (await open().map('schema')).json();
    expect(Object.keys(all)).toEqual(['rules', 'tables', 'schemas', 'golden', 'connections']);
  });
});

test('every command teaches with an example that names it', async () => {
  const [page] = (await crossdock(['map', '--help', '--json'])).json();
  for (const { name, examples, exits } of page.verbs[0].commands) {
    expect(examples.length, name).toBeGreaterThan(0);
    expect(examples[0][0]).toContain(`crossdock map ${name}`);
    expect(Object.keys(exits)).toContain('0');
  }
});
