import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { BundleEvent, DeskSettings } from '../../src/bundles/desk-parts.ts';
import { createBundleDesk, type BundleDesk } from '../../src/bundles/desk.ts';
import { createShadow, type Become } from '../../src/bundles/shadow.ts';
import { openBundleStore, type BundleStore } from '../../src/bundles/store.ts';
import {
  createWiringCache,
  type LoadWiring,
  type WiringCache,
} from '../../src/bundles/wiring-cache.ts';
import { createLogger } from '../../src/logger.ts';
import { compileBundle } from '../../src/mapping/bundle.ts';
import type { Wiring } from '../../src/wiring/compile.ts';

const SCHEMAS = {
  'shop.order': z.object({
    order_id: z.string(),
    priority: z.string(),
    lines: z.array(z.object({ sku: z.string(), qty: z.int() })),
  }),
  'depot.job': z.object({
    ref: z.string(),
    priority: z.string(),
    rows: z.array(z.object({ article: z.string(), amount: z.int() })),
  }),
};

export const ORDER_RULES = 'rules/order.yaml';
export const GOLDEN = 'golden/order.yaml';
export const PRIORITIES = 'tables/priority.yaml';

/** A small mappings directory that compiles and passes its golden case. */
export const GOOD: Readonly<Record<string, string>> = {
  [ORDER_RULES]: `mapping: shop.order -> depot.job
name: order
version: 1
rules:
  - {to: ref, from: order_id, locked: true}
  - {to: priority, from: priority, table: priority}
  - each: {from: 'lines[*]', to: 'rows[*]'}
    rules:
      - {to: article, from: sku}
      - {to: amount, from: qty}
`,
  [PRIORITIES]: `table: priority
rows: {gold: high, silver: normal, bronze: low}
`,
  [GOLDEN]: `mapping: order
cases:
  - case: a gold order
    input: {order_id: G-1, priority: gold, lines: [{sku: A, qty: 1}]}
    output: {ref: G-1, priority: high, rows: [{article: A, amount: 1}]}
`,
};

/** The same words with `from` replaced by `to` in one file. */
export function edited(path: string, from: string, to: string): Record<string, string> {
  const text = GOOD[path] ?? '';
  if (!text.includes(from)) throw new Error(`${path} holds no ${from}`);
  return { [path]: text.replace(from, to) };
}

export const TYPO = edited(ORDER_RULES, 'from: sku', 'from: skuu');
/** Changes every tenth output: see `orders`. */
export const BRONZE = edited(PRIORITIES, 'bronze: low', 'bronze: lowest');
/** Changes 6 of 10 outputs. */
export const SILVER = edited(PRIORITIES, 'silver: normal', 'silver: medium');
/** Changes no output of \`orders\`, because none is of platinum. */
export const PLATINUM = edited(PRIORITIES, 'rows: {', 'rows: {platinum: urgent, ');
/** Changes every identity. */
export const LOCKED = {
  ...edited(
    ORDER_RULES,
    'from: order_id, locked',
    "join: [order_id], sep: '', ops: [lower], locked",
  ),
  ...edited(GOLDEN, 'ref: G-1', 'ref: g-1'),
};

export interface StoredOrder {
  id: string;
  connection: string;
  body: unknown;
}

/** Of ten: three gold, six silver, one bronze. */
export function orders(count: number): StoredOrder[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `evt-${index}`,
    connection: 'crm',
    body: {
      order_id: `ORD-${index}`,
      priority: ['gold', 'silver', 'silver', 'bronze'][
        [0, 1, 2, 1, 0, 1, 3, 2, 0, 1][index % 10] ?? 0
      ],
      lines: [{ sku: '00123', qty: index }],
    },
  }));
}

export const load: LoadWiring = (files) => {
  const compiled = compileBundle(files, { schemas: SCHEMAS });
  if ('errors' in compiled) return compiled;
  const { bundle } = compiled;
  return { wiring: { hash: bundle.hash, bundle, connections: new Map(), files } };
};

export function become({ bundle }: Wiring, { body }: StoredOrder): Become[] {
  return [...bundle.mappings.keys()].map((mapping) => {
    const result = bundle.map(mapping, body);
    return result.ok ? { mapping, output: result.output } : { mapping, errors: result.errors };
  });
}

export interface BundlesStage {
  dataDir: string;
  directory: string;
  /** The database. */
  file: string;
  /** Writes files into the mappings directory. */
  write(files: Readonly<Record<string, string>>): void;
  remove(path: string): void;
  end(): void;
}

export function createBundlesStage(files: Readonly<Record<string, string>> = GOOD): BundlesStage {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-bundles-'));
  const directory = join(dataDir, 'mappings');
  const write = (texts: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  };
  write(files);
  return {
    dataDir,
    directory,
    file: join(dataDir, 'mappings.db'),
    write,
    remove: (path) => rmSync(join(directory, path), { recursive: true }),
    end: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

export interface RunningDesk {
  desk: BundleDesk;
  store: BundleStore;
  cache: WiringCache;
  events: BundleEvent[];
  /** How often files were compiled. */
  compiled(): number;
  end(): Promise<void>;
}

interface DeskOptions {
  settings?: Partial<DeskSettings>;
  inputs?: readonly StoredOrder[];
  pinned?: readonly string[];
  now?: () => number;
  /** Runs for each input of a shadow run. */
  onShadow?: () => void;
  compile?: LoadWiring;
  onEvent?: (event: BundleEvent) => void;
}

export const SETTINGS: DeskSettings = {
  watchMs: 0,
  changedShareMax: 0.2,
  shadowInputsMax: 200,
  keptMax: 200,
  idleMinMs: 0,
  bytesMax: 1_000_000,
};

export function openDesk(
  { file, directory }: Pick<BundlesStage, 'file' | 'directory'>,
  options: DeskOptions = {},
): RunningDesk {
  const { inputs = orders(20), pinned = [], settings, now, onShadow, compile = load } = options;
  const store = openBundleStore(file);
  let compiled = 0;
  const counting: LoadWiring = (files) => {
    compiled += 1;
    return compile(files);
  };
  const cache = createWiringCache({
    filesOf: (hash) => store.get(hash)?.files,
    load: counting,
    max: 16,
  });
  const events: BundleEvent[] = [];
  const desk = createBundleDesk({
    store,
    cache,
    directory,
    load: counting,
    shadow: createShadow({
      recentInputs: (limit) => inputs.slice(0, limit),
      become(wiring, input: StoredOrder) {
        onShadow?.();
        return become(wiring, input);
      },
      samplesMax: 20,
    }),
    pinned: () => pinned,
    settings: { ...SETTINGS, ...settings },
    onEvent(event) {
      events.push(event);
      options.onEvent?.(event);
    },
    log: createLogger('test', 'silent'),
    ...(now === undefined ? {} : { now }),
  });
  return {
    desk,
    store,
    cache,
    events,
    compiled: () => compiled,
    async end() {
      await desk.stop();
      store.close();
    },
  };
}
