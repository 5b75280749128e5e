import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import { createDelivery, type Delivery } from '../../src/delivery/delivery.ts';
import { defaultDeliveryPolicy, type DeliveryPolicy } from '../../src/delivery/policy.ts';
import { createLogger } from '../../src/logger.ts';
import * as schema from '../../src/sandbox/crm/schema.ts';

export const TEST_SECRET = 'a-secret-of-the-tests';

export interface TestDatabase {
  file: string;
  sqlite: Sqlite;
  /** Closes and opens the file again, as a restart does. */
  reopen(): Sqlite;
  remove(): void;
}

/** A real database file that holds the tables of deliveries and rehearsals. */
export function createTestDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-'));
  const file = join(folder, 'crm.db');
  const open = () =>
    openDatabase(schema, { file, migrations: 'src/sandbox/crm/migrations', synchronous: 'NORMAL' })
      .sqlite;
  const database: TestDatabase = {
    file,
    sqlite: open(),
    reopen() {
      database.sqlite.close();
      database.sqlite = open();
      return database.sqlite;
    },
    remove() {
      database.sqlite.close();
      rmSync(folder, { recursive: true });
    },
  };
  return database;
}

interface TestDeliveryOptions {
  sqlite: Sqlite;
  url: string;
  policy?: Partial<DeliveryPolicy>;
  timeScale?: number;
  webhookId?: string;
}

/** A delivery whose waits are a hundredth of the real ones. */
export function createTestDelivery(options: TestDeliveryOptions): Delivery {
  return createDelivery({
    sqlite: options.sqlite,
    log: createLogger('test', 'silent'),
    webhookId: options.webhookId ?? 'crm',
    url: options.url,
    secret: TEST_SECRET,
    policy: { ...defaultDeliveryPolicy, stopGraceMs: 50, ...options.policy },
    timeScale: options.timeScale ?? 0.01,
  });
}

/** Enqueues an event as an owner does: in a transaction, with a wake after it. */
export function emit(sqlite: Sqlite, delivery: Delivery, eventId: string): string {
  const body = JSON.stringify({ event_id: eventId, event_type: 'ORDER.CREATED', payload: {} });
  sqlite.transaction(() =>
    delivery.enqueue({ eventId, eventType: 'ORDER.CREATED', body, at: Date.now() }),
  )();
  delivery.wake();
  return body;
}
