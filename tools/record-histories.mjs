import { register } from 'tsx/esm/api';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/progress.mjs';

// Records the histories that test/integration/replay.test.ts replays. Only a change of the
// workflow that old runs need not survive (nothing is shipped yet, or `patched()` is gone) is a
// reason to run it.
try {
  await ensureInstalled();
  register();
  const { recordHistories } = await import('../test/support/histories/record.ts');
  await recordHistories();
} catch (error) {
  say(error.stack);
  process.exitCode = 1;
}
