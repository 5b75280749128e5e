import type { Task } from '../../contracts/tasks.ts';
import type { Sqlite } from '../../db/open.ts';

/** A task with what the wire does not show. Instants on the wire keep the form they came in. */
export interface StoredTask extends Omit<Task, 'task_id' | 'created_at' | 'updated_at'> {
  number: number;
  revision: number;
  createdAt: number;
  updatedAt: number;
}

interface Row extends Omit<StoredTask, 'external_ref' | 'metadata'> {
  externalType: string;
  externalId: string;
  metadata: string;
}

export interface TaskFilter {
  externalId?: string | undefined;
  status?: string | undefined;
  afterNumber: number;
  limit: number;
}

const COLUMNS = `number, external_type AS externalType, external_id AS externalId, task_type, status,
  priority, title, instructions, due_date, assignee, metadata, revision,
  created_at AS createdAt, updated_at AS updatedAt`;

/** The tasks; called inside a transaction of the owner. */
export type TaskStore = ReturnType<typeof createTaskStore>;

export function createTaskStore(sqlite: Sqlite) {
  const find = sqlite.prepare<[number], Row>(`SELECT ${COLUMNS} FROM tasks WHERE number = ?`);
  const byKey = sqlite.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM tasks WHERE idempotency_key = ?`,
  );
  const latest = sqlite.prepare<[number], Row>(`SELECT ${COLUMNS} FROM tasks
    ORDER BY status IN ('COMPLETED', 'CANCELLED'), task_type <> 'human_action',
    CASE task_type WHEN 'human_action' THEN coalesce(unixepoch(due_date), 1e18) END, number DESC
    LIMIT ?`);
  const insert = sqlite.prepare(`INSERT INTO tasks (idempotency_key, external_type, external_id,
    task_type, status, priority, title, instructions, due_date, assignee, metadata, revision,
    created_at, updated_at)
    VALUES (@key, @externalType, @externalId, @task_type, @status, @priority, @title,
    @instructions, @due_date, @assignee, @metadata, @revision, @createdAt, @updatedAt)`);
  const update = sqlite.prepare(`UPDATE tasks SET status = @status, assignee = @assignee,
    due_date = @due_date, priority = @priority, metadata = @metadata, revision = @revision,
    updated_at = @updatedAt WHERE number = @number`);
  const remove = sqlite.prepare('DELETE FROM tasks WHERE number = ?');

  return {
    find: (number: number) => taskOf(find.get(number)),
    byKey: (key: string) => taskOf(byKey.get(key)),
    /** Open ones first, decisions before the rest by the time they are due, others the newest first. */
    latest: (limit: number) => latest.all(limit).flatMap((row) => taskOf(row) ?? []),
    insert(task: Omit<StoredTask, 'number'>, key: string | undefined): StoredTask {
      const { lastInsertRowid } = insert.run({ ...rowOf(task), key: key ?? null });
      return { ...task, number: Number(lastInsertRowid) };
    },
    update: (task: StoredTask) => void update.run(rowOf(task)),
    remove: (number: number) => remove.run(number).changes > 0,
    list(filter: TaskFilter): StoredTask[] {
      const where = ['number > @afterNumber'];
      if (filter.externalId !== undefined) where.push('external_id = @externalId');
      if (filter.status !== undefined) where.push('status = @status');
      return sqlite
        .prepare<[object], Row>(
          `SELECT ${COLUMNS} FROM tasks WHERE ${where.join(' AND ')} ORDER BY number LIMIT @limit`,
        )
        .all(filter)
        .flatMap((row) => taskOf(row) ?? []);
    },
  };
}

function rowOf<T extends Omit<StoredTask, 'number'>>(task: T) {
  const { external_ref: externalRef, metadata, ...rest } = task;
  return {
    ...rest,
    externalType: externalRef.type,
    externalId: externalRef.id,
    metadata: JSON.stringify(metadata),
  };
}

function taskOf(row: Row | undefined): StoredTask | undefined {
  if (row === undefined) return undefined;
  const { externalType, externalId, metadata, ...rest } = row;
  return {
    ...rest,
    external_ref: { type: externalType, id: externalId },
    // The column has a CHECK that it is a JSON object.
    metadata: JSON.parse(metadata) as Record<string, unknown>,
  };
}
