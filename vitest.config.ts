import { defineConfig } from 'vitest/config';

/** Native modules crash in threads, so every tier runs in forks. */
const pool = 'forks';
const globalSetup = ['test/support/temporal.ts'];
const TEMPORAL_FILES = 'test/integration/**/*.temporal.test.ts';

/**
 * Up to seven processes on two cores: a machine that stalls for seconds fails a deadline once, a
 * defect fails it twice. A retry is printed beside its test.
 */
const ON_A_STALLED_MACHINE = 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'plain',
          pool,
          include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts'],
          exclude: [TEMPORAL_FILES],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'workflow',
          pool,
          include: ['test/workflow/**/*.test.ts'],
          globalSetup,
          retry: ON_A_STALLED_MACHINE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          pool,
          include: ['test/e2e/**/*.test.ts', TEMPORAL_FILES],
          globalSetup,
          fileParallelism: false,
          retry: ON_A_STALLED_MACHINE,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
