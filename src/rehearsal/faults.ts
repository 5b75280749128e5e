import { z } from 'zod';
import type { Sqlite } from '../db/open.ts';
import { AppError } from '../errors.ts';
import { pathMatches } from './path.ts';

/** Longest delay that a fault may ask for. */
const DELAY_MS_MAX = 600_000;

/** Delay of kind `delay` when none is given. */
const DELAY_MS = 1000;

/** Body of `POST /_sandbox/faults`: what happens to the next `times` calls that match. */
export const FaultSchema = z
  .object({
    method: z
      .string()
      .regex(/^(\*|[A-Za-z]{1,16})$/, 'must be an HTTP method or *')
      .transform((method) => method.toUpperCase())
      .default('*'),
    path: z
      .string()
      .max(512)
      .regex(/^(\*|\/.*)$/, 'must begin with / or be *'),
    kind: z.enum(['status', 'delay', 'hang', 'drop_before', 'drop_after']),
    status: z.int().min(300).max(599).optional(),
    /** Seconds, or any text that is to stand in the header, garbage included. */
    retry_after: z
      .union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{0,64}$/, 'must be printable ASCII')])
      .optional(),
    delay_ms: z.int().min(0).max(DELAY_MS_MAX).optional(),
    times: z.int().min(1).max(1_000_000).default(1),
  })
  .refine((fault) => fault.kind !== 'status' || fault.status !== undefined, {
    path: ['status'],
    message: 'is required for kind status',
  })
  .refine((fault) => fault.status !== 304, { path: ['status'], message: '304 has no body' });

export type FaultInput = z.infer<typeof FaultSchema>;

export interface Fault {
  fault_id: string;
  method: string;
  path: string;
  kind: FaultInput['kind'];
  status: number | null;
  retry_after: string | null;
  delay_ms: number | null;
  times: number;
  left: number;
}

const COLUMNS = `CAST(seq AS TEXT) AS fault_id, method, path, kind, status, retry_after, delay_ms,
  times, times_left AS left`;

/** The faults of one process, on disk, in the order in which they were asked for. */
export type Faults = ReturnType<typeof createFaults>;

export function createFaults(sqlite: Sqlite, faultsMax: number) {
  const active = sqlite.prepare<[], Fault>(
    `SELECT ${COLUMNS} FROM rehearsal_faults WHERE times_left > 0 ORDER BY seq`,
  );
  const all = sqlite.prepare<[], Fault>(`SELECT ${COLUMNS} FROM rehearsal_faults ORDER BY seq`);
  const spend = sqlite.prepare(
    'UPDATE rehearsal_faults SET times_left = times_left - 1 WHERE seq = ? AND times_left > 0',
  );
  const forgetSpent = sqlite.prepare('DELETE FROM rehearsal_faults WHERE times_left = 0');
  const insert = sqlite.prepare<[object], Fault>(`INSERT INTO rehearsal_faults
    (method, path, kind, status, retry_after, delay_ms, times, times_left)
    VALUES (@method, @path, @kind, @status, @retry_after, @delay_ms, @times, @times)
    RETURNING ${COLUMNS}`);
  const clear = sqlite.prepare('DELETE FROM rehearsal_faults');

  return {
    /** The first fault that fits the call, with one of its times taken; undefined when none does. */
    take(call: { method: string; path: string }): Fault | undefined {
      const fault = active
        .all()
        .find(
          ({ method, path }) =>
            (method === '*' || method === call.method) && pathMatches(path, call.path),
        );
      if (fault) spend.run(Number(fault.fault_id));
      return fault;
    },
    add(input: FaultInput): Fault {
      if (all.all().length >= faultsMax) forgetSpent.run();
      if (all.all().length >= faultsMax) {
        throw new AppError(
          'conflict',
          `There are ${faultsMax} faults waiting already. Clear them with DELETE /_sandbox/faults.`,
          { problem: 'too-many-faults' },
        );
      }
      const fault = insert.get({
        ...input,
        status: input.status ?? null,
        retry_after: input.retry_after === undefined ? null : String(input.retry_after),
        delay_ms: input.delay_ms ?? (input.kind === 'delay' ? DELAY_MS : null),
      });
      if (fault === undefined) throw new Error('The fault was not stored.');
      return fault;
    },
    list: () => all.all(),
    clear: () => clear.run().changes,
  };
}
