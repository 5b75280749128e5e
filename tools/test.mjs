import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { packagePath } from './lib/paths.mjs';
import { say, withProgress } from './lib/progress.mjs';
import { run, runNode } from './lib/run.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };

await check('install', async () => {
  await ensureInstalled();
  return { ok: true, output: '' };
});
if (total.failed === 0) await runChecks();
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exit(total.failed === 0 ? 0 : 1);

/** Everything that CI runs, in its order; what stands on a failed build is not tried. */
async function runChecks() {
  const built = await check('build', build);
  await check('format', () => runNode('node_modules/prettier/bin/prettier.cjs', ['--check', '.']));
  await check('lint', () => runScript('lint'));
  await check('types', () => runScript('typecheck'));
  await check('dead code', () => runScript('dead-code'));
  if (!built) {
    fail('tests', 'not run, because the build failed');
    return;
  }
  const temporal = await obtainTemporal();
  if (temporal === undefined) fail('tests', 'not run, because there is no Temporal server');
  else await runTests(temporal);
}

function runScript(name) {
  return run('npm', ['run', '--silent', name]);
}

async function check(title, work) {
  try {
    const { ok, output } = await withProgress(title, work);
    if (!ok) fail(title, output);
    else total.passed += 1;
    return ok;
  } catch (error) {
    fail(title, error.message);
    return false;
  }
}

/** Obtained here, because a first build takes minutes and is shown while it runs. */
async function obtainTemporal() {
  const [{ obtainTemporal: obtain }, { createProgress }] = await Promise.all([
    import('../dist/src/supervisor/provision/obtain.js'),
    import('../dist/src/supervisor/progress.js'),
  ]);
  const { signal } = new AbortController();
  try {
    return await obtain({ env: process.env, progress: createProgress(), signal });
  } catch (error) {
    fail('temporal', error.message);
    return undefined;
  }
}

async function runTests(temporal) {
  let counts = { passed: 0, failed: 0, skipped: 0 };
  const far = () => ` ${counts.passed} passed, ${counts.failed} failed`;
  const arguments_ = [
    ...['run', '--reporter=default'],
    ...[`--reporter=${packagePath('tools/lib/vitest-progress.mjs')}`, ...process.argv.slice(2)],
  ];
  const vitest = () =>
    runNode('node_modules/vitest/vitest.mjs', arguments_, {
      env: { TEMPORAL_CLI: temporal.path },
      onMessage: (message) => (counts = message),
    });
  const { ok, output } = await withProgress('tests', vitest, () => far());
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (ok) return;
  // vitest may fail without a failed test, for instance when it finds none.
  if (counts.failed === 0) total.failed += 1;
  say(`tests failed:\n${fromFailures(output)}`);
}

/** vitest lists what passed first; a person who has to repair something needs the rest. */
function fromFailures(output) {
  const start = output.search(/^.*⎯{3}.*(Failed|Unhandled).*$/m);
  return start === -1 ? output : output.slice(start);
}

function fail(title, output) {
  total.failed += 1;
  say(`${title} failed:\n${output}`);
}
