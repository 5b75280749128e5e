import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/progress.mjs';

try {
  await ensureInstalled();
  const { ok, output } = await build();
  if (output !== '') say(output);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
