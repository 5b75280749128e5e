import Database from 'better-sqlite3';

interface Prepared {
  source: string;
  run(...parameters: unknown[]): unknown;
}

/**
 * Makes every commit of this process take longer, as on a disk whose fsync takes that long. The
 * thread sleeps, because SQLite's own fsync stops it as well.
 */
export function slowCommits(delayMs: number): void {
  if (delayMs === 0) return;
  const probe = new Database(':memory:');
  const statements = Object.getPrototypeOf(probe.prepare('select 1')) as Prepared;
  probe.close();
  const { run } = statements;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  statements.run = function slowRun(this: Prepared, ...parameters: unknown[]): unknown {
    const result = run.apply(this, parameters);
    if (this.source === 'COMMIT') Atomics.wait(clock, 0, 0, delayMs);
    return result;
  };
}
