/**
 * Who may import whom. A room is a folder or a file; the longest path wins. `values` are rooms that
 * it may import, `types` those that it may import by `import type` only, `packages` and
 * `typePackages` the same for packages (`*` any; `node:` all of Node). A path that ends in `*`
 * names files by their beginning. Its own files are always open to a room.
 */

const BASE = ['src/errors.ts'];
const DRIZZLE = ['drizzle-orm', 'better-sqlite3'];

/** What an island stands on. */
const ISLAND = {
  values: [
    ...BASE,
    'src/contracts',
    'src/http',
    'src/db',
    'src/delivery',
    'src/rehearsal',
    'src/logger.ts',
  ],
  types: ['src/config'],
  packages: ['hono', '@hono/zod-openapi', 'zod', 'node:', ...DRIZZLE],
};

/** A process puts rooms together; `*` is every room but islands and other entries. */
const ENTRY = { entry: true, values: ['*'], packages: ['*'] };

export const ROOMS = {
  'src/domain': { values: BASE, types: ['src/contracts'], packages: [] },
  'src/errors.ts': { values: [], packages: [] },
  'src/sla': { values: [...BASE, 'src/domain'], packages: ['yaml', 'zod', 'node:'] },
  'src/contracts': { values: [], types: ['src/domain'], packages: ['zod'] },
  'src/logger.ts': { values: [], packages: ['pino'] },
  'src/db': { values: BASE, packages: ['node:', ...DRIZZLE] },
  'src/http': {
    values: [...BASE, 'src/contracts'],
    packages: ['hono', '@hono/node-server', 'zod', 'node:'],
    typePackages: ['pino'],
  },
  'src/http/action-link.ts': { values: [], packages: ['node:crypto'] },
  'src/verification': { values: [...BASE, 'src/contracts'], packages: ['zod', 'node:crypto'] },
  'src/secrets': {
    values: [...BASE, 'src/db', 'src/verification'],
    types: ['src/config'],
    packages: ['node:crypto', ...DRIZZLE],
  },
  'src/vocabulary': { values: ['src/contracts'], types: ['src/domain'], packages: ['zod'] },
  'src/wiring': {
    values: [...BASE, 'src/mapping', 'src/verification', 'src/vocabulary'],
    types: ['src/domain'],
    packages: ['@swc/core', 'zod', 'node:'],
  },
  'src/shadow': {
    values: [
      ...BASE,
      'src/bundles',
      'src/connections/vendor/words.ts',
      'src/domain',
      'src/mapping',
      'src/normalise',
      'src/wiring',
    ],
    types: [
      'src/api/mappings-port.ts',
      'src/books/read*',
      'src/config',
      'src/inbox',
      'src/logger.ts',
    ],
    packages: ['zod', 'node:'],
  },
  'src/bundles': {
    values: [...BASE, 'src/db', 'src/mapping', 'src/wiring'],
    types: ['src/logger.ts'],
    packages: ['zod', 'node:', ...DRIZZLE],
  },
  'src/mapping': { values: [...BASE], packages: ['yaml', 'zod', 'node:'] },
  'src/normalise': {
    values: [...BASE, 'src/contracts', 'src/domain', 'src/mapping', 'src/vocabulary', 'src/wiring'],
    packages: ['zod', 'node:crypto'],
  },
  'src/delivery': {
    values: [...BASE, 'src/contracts', 'src/db', 'src/verification'],
    types: ['src/logger.ts'],
    packages: ['zod', 'undici', 'node:', ...DRIZZLE],
  },
  'src/rehearsal': {
    values: [...BASE, 'src/contracts', 'src/db', 'src/delivery', 'src/http'],
    packages: ['hono', 'zod', 'node:', ...DRIZZLE],
    typePackages: ['@hono/node-server'],
  },
  'src/inbox': {
    values: [...BASE, 'src/contracts', 'src/db', 'src/domain', 'src/normalise'],
    types: ['src/config', 'src/logger.ts', 'src/temporal', 'src/wiring/spec.ts'],
    packages: ['zod', 'node:', ...DRIZZLE],
  },
  'src/ingest': {
    values: [
      ...BASE,
      'src/contracts',
      'src/domain',
      'src/http',
      'src/normalise',
      'src/verification',
    ],
    types: ['src/books/read*', 'src/config', 'src/inbox', 'src/logger.ts'],
    packages: ['hono', '@hono/zod-openapi', '@hono/node-server', 'zod', 'node:'],
  },
  'src/books': {
    values: [...BASE, 'src/contracts', 'src/db', 'src/domain'],
    packages: ['zod', 'node:', ...DRIZZLE],
  },
  'src/connections': {
    values: [...BASE, 'src/contracts', 'src/domain', 'src/vocabulary', 'src/wiring'],
    types: ['src/config', 'src/logger.ts', 'src/mapping'],
    packages: ['zod', 'undici'],
  },
  'src/temporal': {
    values: [...BASE, 'src/domain', 'workflows/messages.ts', 'workflows/search-attributes.ts'],
    types: ['activities', 'src/config', 'src/logger.ts', 'workflows'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/worker',
      'node:',
    ],
  },
  'src/api': {
    values: [
      ...BASE,
      'src/books/read*',
      'src/config',
      'src/contracts',
      'src/domain',
      'src/http',
      'src/normalise',
    ],
    types: ['src/inbox', 'src/logger.ts', 'src/operations'],
    packages: ['hono', '@hono/zod-openapi', 'zod', 'prom-client', 'node:'],
  },
  'src/action-page': {
    values: [
      ...BASE,
      'src/action-page/words.ts',
      'src/books/read*',
      'src/config',
      'src/contracts',
      'src/domain',
      'src/http',
      'src/http/action-link.ts',
    ],
    types: ['src/logger.ts', 'src/operations'],
    packages: ['hono', 'zod', 'node:'],
  },
  'src/action-page/words.ts': { values: [], types: ['src/contracts'], packages: [] },
  'src/config': {
    values: [
      ...BASE,
      'src/contracts',
      'src/delivery',
      'src/domain',
      'src/normalise',
      'src/rehearsal',
      'src/sandbox/settings.ts',
      'src/verification',
      'src/wiring',
    ],
    types: ['src/connections/auth/resolved.ts'],
    packages: ['zod'],
  },
  'src/supervisor': {
    values: [...BASE, 'src/config', 'src/contracts', 'src/temporal'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'better-sqlite3',
      'pino-pretty',
      'zod',
      'node:',
    ],
  },
  'src/operations': {
    values: [
      ...BASE,
      'src/books/read*',
      'src/contracts',
      'src/db',
      'src/delivery',
      'src/domain',
      'src/normalise',
      'src/verification',
    ],
    types: ['src/config', 'src/inbox', 'src/logger.ts'],
    packages: ['zod', 'undici', 'node:', ...DRIZZLE],
  },
  'src/reconcile': {
    values: [
      ...BASE,
      'src/connections',
      'src/contracts',
      'src/domain',
      'src/normalise',
      'src/vocabulary',
      'src/wiring',
    ],
    types: ['src/books', 'src/config', 'src/logger.ts'],
    packages: ['zod', 'node:crypto'],
  },
  'src/cli': {
    values: [
      ...BASE,
      'src/action-page/words.ts',
      'src/config',
      'src/contracts',
      'src/domain',
      'src/mapping',
      'src/supervisor',
      'src/temporal',
      'src/verification',
      'src/vocabulary',
      'src/wiring',
    ],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'better-sqlite3',
      'yaml',
      'zod',
      'node:',
    ],
  },
  'src/wms': { ...ISLAND, island: true },
  'src/sandbox': { ...ISLAND, island: true },
  'src/sandbox/crm': { ...ISLAND, island: true, values: [...ISLAND.values, 'src/sandbox'] },
  'src/sandbox/tasks': { ...ISLAND, island: true, values: [...ISLAND.values, 'src/sandbox'] },
  'src/api.ts': ENTRY,
  'src/worker.ts': ENTRY,
  'src/wms.ts': { ...ENTRY, values: ['*', 'src/wms'] },
  'src/crm-sandbox.ts': { ...ENTRY, values: ['*', 'src/sandbox', 'src/sandbox/crm'] },
  'src/tasks-sandbox.ts': { ...ENTRY, values: ['*', 'src/sandbox', 'src/sandbox/tasks'] },
  workflows: {
    values: ['src/domain', 'workflows/search-attributes.ts'],
    types: ['activities', 'src/contracts'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/search-attributes.ts': { values: [], packages: ['@temporalio/common'] },
  activities: {
    values: [
      ...BASE,
      'src/connections',
      'src/contracts',
      'src/delivery',
      'src/domain',
      'src/reconcile',
    ],
    types: ['src/books', 'src/db', 'src/logger.ts'],
    packages: ['@temporalio/activity', '@temporalio/common'],
  },
};
