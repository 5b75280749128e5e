import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/progress.mjs';

try {
  await ensureInstalled();
  const built = await build();
  if (!built.ok) throw new Error(`the build failed:\n${built.output}`);
  const { runBench } = await import('../dist/bench/main.js');
  await runBench(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
