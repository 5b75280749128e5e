import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenAPIHono } from '@hono/zod-openapi';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { requireApiKey } from '../../src/api/auth.ts';
import { addMappingDiffRoute, addMappingRoutes } from '../../src/api/mappings.ts';
import type {
  ActivateOutcome,
  CandidateView,
  DiffView,
  MappingsPort,
  MappingsView,
  PreviewView,
} from '../../src/api/mappings-port.ts';
import { addOpenApiRoute } from '../../src/api/openapi.ts';
import { refuseInvalid } from '../../src/api/route-parts.ts';
import { AppError } from '../../src/errors.ts';
import { errorHandler, notFoundHandler } from '../../src/http/errors.ts';
import { API_KEY } from '../support/api-stage.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { crossdock, dataDirOf, serve, type CliRun } from '../support/cli-stage.ts';
import { WMS_FILES } from '../support/wiring-stage.ts';

const NOW = '1f0c2a9b77e1'.padEnd(64, '0');
const BEFORE = '93ab0d115c02'.padEnd(64, '0');
const NEXT = '93ab77777777'.padEnd(64, '0');
const AT = Date.UTC(2026, 0, 17, 14, 32);

const DIFF: DiffView = {
  from: NOW,
  to: NEXT,
  inputs: 200,
  outputs: 250,
  changed: 60,
  changedShare: 0.24,
  lockedChanged: ['lines[*].line_id'],
  targets: [{ mapping: 'crm.order_created', target: 'priority', changed: 60 }],
  samples: [
    {
      id: 'evt_7781',
      mapping: 'crm.order_created',
      differences: [{ path: 'output.priority', before: 'high', after: 'urgent' }],
      locked: [],
    },
  ],
};

const CANDIDATE: CandidateView = {
  ...{ hash: NEXT, at: AT, why: 'accept', message: '60 of the last 250 outputs change.' },
  ...{ mistakes: [], golden: [], summary: DIFF },
};

const BROKEN: CandidateView = {
  ...{ hash: null, at: AT, why: 'errors', message: 'The mappings have 1 mistake.' },
  mistakes: [
    {
      ...{ code: 'unknown-path', file: 'rules/a.yaml', line: 6, col: 24, pointer: '/rules/0/from' },
      ...{ message: 'a has no stat.', suggestion: 'state' },
      ...{ excerpt: '  - {to: status, from: stat}', length: 4 },
    },
  ],
  golden: [],
  summary: null,
};

const activation = (seq: number, hash: string, previous: string | null) => ({
  ...{ seq, hash, previous, at: AT, by: 'key api' },
  ...{ note: seq === 2 ? 'wrong table' : null, kind: 'reload' as const },
});

const VIEW: MappingsView = {
  active: activation(2, NOW, BEFORE),
  ...{ state: 'ok', since: AT, held: false, candidate: null },
  mappings: [{ name: 'wms.pick', version: 1, from: 'wms.pick', to: 'pick.record' }],
  connections: [
    { name: 'wms', kind: 'wms', title: 'The built-in warehouse', state: 'on', missing: [] },
    { name: 'acme', kind: 'wms', title: 'Acme', state: 'off', missing: ['ACME_URL', 'ACME_KEY'] },
  ],
};

const STEP = {
  ...{ mapping: 'crm.order_created', version: 1, fields: [] },
  ...{ ok: true, output: { priority: 'high' }, errors: [] },
};
const FAILED_STEP = {
  ...{ mapping: 'crm.order_created', version: 1, fields: [], ok: false },
  errors: [
    {
      ...{ code: 'MAP_ENUM', mapping: 'crm.order_created', version: 1, kind: 'text' },
      ...{ rule: 'rules/a.yaml:6:5', source: 'payload.x', target: 'priority' },
      message: 'has no row.',
    },
  ],
};

interface Stage {
  asked: unknown[];
  cwd: string;
  map(...argv: string[]): Promise<CliRun>;
}

/** The api's own routes over a port that answers what a test says. */
async function open(parts: Partial<MappingsPort> = {}): Promise<Stage> {
  const asked: unknown[] = [];
  const none = (): never => {
    throw new AppError('not-found', 'There is none.');
  };
  const noted =
    <Ask, Answer>(answer: (ask: Ask) => Answer) =>
    (ask: Ask): Answer => {
      asked.push(ask);
      return answer(ask);
    };
  const port: MappingsPort = {
    status: () => VIEW,
    history: () => ({
      items: [activation(2, NOW, BEFORE), activation(1, BEFORE, null)],
      next: null,
    }),
    files: () => undefined,
    preview: none,
    diff: none,
    compareOrder: none,
    activate: none,
    rollback: none,
    ...Object.fromEntries(
      Object.entries(parts).map(([name, answer]) => [
        name,
        noted(answer as (ask: unknown) => unknown),
      ]),
    ),
  };
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError(errorHandler(pino({ level: 'silent' })));
  app.notFound(notFoundHandler);
  app.use('/api/v1/*', requireApiKey(API_KEY));
  addMappingDiffRoute({ app, mappings: port });
  addMappingRoutes({ app, mappings: port });
  addOpenApiRoute(app);
  const { url } = await serve(app);
  const dataDir = dataDirOf({ api: url, apiKey: API_KEY });
  const cwd = temporaryFolder();
  return {
    asked,
    cwd,
    map: (...argv) => crossdock(['map', ...argv, '--data-dir', dataDir], { cwd }),
  };
}

describe('crossdock map status', () => {
  test('shows what serves, and which connections are off and why', async () => {
    const { map } = await open();
    const { end, stdout } = await map('status');
    expect(end).toBe(0);
    expect(stdout).toMatch(new RegExp(`serves +${NOW}`));
    expect(stdout).toMatch(/acme +wms +off +Acme/);
    expect(stdout).toContain('acme waits for ACME_URL, ACME_KEY');
    expect((await map('status', '--json')).json()[0]).toMatchObject({ active: { bundle: NOW } });
  });

  test('ends with 1 while something waits, and shows it with what to do', async () => {
    const pending = await open({
      status: () => ({ ...VIEW, state: 'pending', candidate: CANDIDATE }),
    });
    const { end, stdout, stderr } = await pending.map('status');
    expect(end).toBe(1);
    expect(stdout).toContain('60 of 250 outputs change (24%)');
    expect(stdout).toContain('locked targets change: lines[*].line_id');
    expect(stderr).toContain('map activate --accept');
    const degraded = await open({
      status: () => ({ ...VIEW, state: 'degraded', candidate: BROKEN }),
    });
    const broken = await degraded.map('status');
    expect(broken.end).toBe(1);
    expect(broken.stdout).toContain('rules/a.yaml:6:24 unknown-path at /rules/0/from');
    expect(broken.stdout).toContain('Did you mean state?');
    expect(broken.stderr).toContain('map check');
  });
});

test('crossdock map history lists who activated what', async () => {
  const { map } = await open();
  const { end, stdout } = await map('history');
  expect(end).toBe(0);
  expect(stdout).toMatch(
    /2 +1f0c2a9b77e1 +93ab0d115c02 +2026-01-17T14:32:00\S* +reload +key api +wrong table/,
  );
  expect(stdout).toMatch(/1 +93ab0d115c02 +\(none\)/);
});

describe('crossdock map activate', () => {
  const activated: ActivateOutcome = {
    result: 'activated',
    activation: VIEW.active,
    summary: DIFF,
  };

  test('takes the directory, or a bundle by its first letters', async () => {
    const { map, asked } = await open({ activate: async () => activated });
    const { end, stdout } = await map('activate', '--note', 'gold');
    expect(end).toBe(0);
    expect(stdout).toContain(`${NOW} serves since`);
    expect((await map('activate', '93ab', '--accept')).end).toBe(0);
    expect(asked).toMatchObject([
      { accept: false, note: 'gold' },
      { accept: true, bundle: BEFORE },
    ]);
  });

  test('that changes too much ends with 5, shows it as a diff, and says how to go on', async () => {
    const { map } = await open({
      activate: async () => ({ result: 'pending', candidate: CANDIDATE }),
    });
    const { end, stdout, stderr } = await map('activate');
    expect(end).toBe(5);
    expect(stdout).toContain(
      'evt_7781 by crm.order_created\n  output.priority: "high" -> "urgent"',
    );
    expect(stderr).toContain('Nothing was changed');
    expect(stderr).toContain('--accept');
    const [json] = (await map('activate', '--json')).json();
    expect(json).toMatchObject({
      error: {
        code: 'mappings-need-accept',
        exit: 5,
        problem: { candidate: { diff: { to: NEXT } } },
      },
    });
  });

  test('of what has mistakes ends with 5, shows them, and does not offer --accept', async () => {
    const { map } = await open({
      activate: async () => ({ result: 'refused', candidate: BROKEN }),
    });
    const { end, stdout, stderr } = await map('activate');
    expect(end).toBe(5);
    expect(stdout).toContain('Did you mean state?');
    expect(stderr).not.toContain('--accept');
  });

  test('rollback returns to what was', async () => {
    const { map, asked } = await open({ rollback: async () => activated });
    expect((await map('rollback', '--note', 'wrong')).end).toBe(0);
    expect(asked).toMatchObject([{ note: 'wrong' }]);
  });
});

describe('naming a bundle', () => {
  test('by letters of none, of two, or by something else', async () => {
    const two = await open({
      history: () => ({ items: [activation(2, NEXT, BEFORE)], next: null }),
      activate: async () => ({ result: 'unchanged', hash: NOW }),
    });
    const ambiguous = await two.map('activate', '93ab');
    expect(ambiguous.end).toBe(2);
    expect(ambiguous.stderr).toContain('93ab is the beginning of 2 bundles');
    const none = await two.map('activate', 'abcdef');
    expect(none.end).toBe(4);
    expect(none.stderr).toContain('map history');
    expect((await two.map('activate', 'gold')).end).toBe(2);
    expect((await two.map('activate', 'active')).end).toBe(0);
  });
});

describe('crossdock map diff', () => {
  function withFiles({ cwd }: Stage, files: Record<string, string>): void {
    const directory = join(cwd, 'mappings');
    cpSync(new URL('../../mappings/rules/wms', import.meta.url), join(directory, 'rules/wms'), {
      recursive: true,
    });
    cpSync(new URL('../../mappings/functions', import.meta.url), join(directory, 'functions'), {
      recursive: true,
    });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  }

  test('shows whose output changes', async () => {
    const { map, asked } = await open({ diff: async () => DIFF });
    const { end, stdout } = await map('diff', 'active', '93ab', '--last', '50');
    expect(end).toBe(0);
    expect(stdout).toBe(
      [
        '1f0c2a9b77e1 -> 93ab77777777, over the last 200 events',
        '60 of 250 outputs change (24%)',
        'locked targets change: lines[*].line_id',
        '  crm.order_created priority: 60',
        'evt_7781 by crm.order_created',
        '  output.priority: "high" -> "urgent"',
        '',
      ].join('\n'),
    );
    expect(asked).toMatchObject([{ from: NOW, to: BEFORE, last: 50 }]);
  });

  test('sends the files on disk for `.`, once they compile', async () => {
    const stage = await open({ diff: async () => DIFF });
    withFiles(stage, {});
    expect((await stage.map('diff', 'active', '.')).end).toBe(0);
    const [{ files }] = stage.asked as [{ files: { path: string; text: string }[] }];
    expect(files.find(({ path }) => path === 'rules/wms/pick.yaml')?.text).toBe(
      WMS_FILES['rules/wms/pick.yaml'],
    );
    withFiles(stage, {
      'rules/wms/stock-risen.yaml': 'mapping: wms.inventory_alert -> stock.risen\n',
    });
    const broken = await stage.map('diff', 'active', '.');
    expect(broken.end).toBe(1);
    expect(broken.stderr).toContain('rules/wms/stock-risen.yaml:1:1');
    expect(stage.asked).toHaveLength(1);
    expect((await stage.map('diff', '.', 'active')).end).toBe(2);
  });
});

describe('crossdock map preview through the api', () => {
  const preview = (step: PreviewView['steps'][number]): PreviewView => ({
    bundle: NOW,
    event: { connection: 'crm', eventId: 'evt_1', eventType: 'ORDER.CREATED' },
    steps: [step],
  });

  test('of an event, else of an order', async () => {
    const { map, asked } = await open({
      preview: async ({ eventId }) => {
        if (eventId !== undefined) throw new AppError('not-found', 'There is no such event.');
        return preview(STEP);
      },
    });
    const { end, stdout, stderr } = await map('preview', 'ORD-1', '--connection', 'shop');
    expect(end).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ priority: 'high' });
    expect(stderr).toContain(`ORDER.CREATED evt_1, by bundle ${NOW}`);
    expect(asked).toMatchObject([
      { eventId: 'ORD-1', connection: 'shop' },
      { orderId: 'ORD-1', connection: 'shop' },
    ]);
  });

  test('of neither ends with 4 and says what else it may be', async () => {
    const { map } = await open();
    const { end, stderr } = await map('preview', 'crm.order_created');
    expect(end).toBe(4);
    expect(stderr).toContain('There is no event and no order crm.order_created');
    expect(stderr).toContain('--input FILE');
  });

  test('errors are shown with their rule, and end with 1', async () => {
    const { map } = await open({ preview: async () => preview(FAILED_STEP) });
    const { end, stdout } = await map('preview', 'evt_1');
    expect(end).toBe(1);
    expect(stdout).toContain(
      'MAP_ENUM has no row.\n  from payload.x to priority, by rules/a.yaml:6:5',
    );
  });

  test('an input under a stored bundle is run there', async () => {
    const { map, asked, cwd } = await open({
      preview: async () => ({ ...preview(STEP), event: null }),
    });
    writeFileSync(join(cwd, 'in.json'), '{"a":1}');
    expect(
      (await map('preview', 'crm.order_created', '--input', 'in.json', '--bundle', '93ab')).end,
    ).toBe(0);
    expect(asked).toMatchObject([
      { mapping: 'crm.order_created', input: { a: 1 }, bundle: BEFORE },
    ]);
  });
});

describe('crossdock map remap', () => {
  test('pins an order to the bundle that serves, or another, and shows what changes', async () => {
    const app = new OpenAPIHono();
    const sent: unknown[] = [];
    app.post('/api/v1/orders/:id/remap', async (c) => {
      sent.push([c.req.param('id'), c.req.query('connection'), await c.req.json()]);
      const changed = [{ mapping: 'crm.order_created', differences: DIFF.samples[0]?.differences }];
      return c.json({
        from: BEFORE,
        to: NOW,
        status: 'would_remap',
        changed,
        detail: 'Nothing was changed.',
      });
    });
    const { url } = await serve(app);
    const dataDir = dataDirOf({ api: url, apiKey: API_KEY });
    const run = (...argv: string[]) => crossdock(['map', 'remap', ...argv, '--data-dir', dataDir]);
    const { end, stdout, stderr } = await run(
      'ORD 1',
      '--reason',
      'mended',
      '--dry-run',
      '--bundle',
      NOW,
    );
    expect(end).toBe(0);
    expect(stdout).toContain('93ab0d115c02 -> 1f0c2a9b77e1');
    expect(stdout).toContain('output.priority: "high" -> "urgent"');
    expect(stderr).toContain('Nothing was changed.');
    expect(sent).toEqual([['ORD 1', undefined, { reason: 'mended', dry_run: true, bundle: NOW }]]);
    expect((await run('ORD-1')).end).toBe(2);
  });
});

test('crossdock map show --bundle reads the files that an older order runs by', async () => {
  const files = Object.entries(WMS_FILES).map(([path, text]) => ({ path, text }));
  const { map, asked } = await open({ files: () => files });
  const { end, stdout } = await map('show', 'wms.pick', '--bundle', BEFORE);
  expect(end).toBe(0);
  expect(stdout).toContain('wms.pick@1: wms.pick -> pick.record');
  expect(asked).toEqual([BEFORE]);
});

test('without a running Crossdock the commands that need one end with 3', async () => {
  const cwd = temporaryFolder();
  for (const argv of [
    ['status'],
    ['history'],
    ['activate'],
    ['rollback'],
    ['diff', 'active', '.'],
  ]) {
    const { end } = await crossdock(['map', ...argv, '--data-dir', cwd], { cwd });
    expect(end, argv.join(' ')).toBe(3);
  }
});
