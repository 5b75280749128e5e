#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { packagePath } from './lib/paths.mjs';
import { say } from './lib/progress.mjs';

const BUILT = 'dist/src/cli/main.js';
/** What would run older code than the clone holds must not, when the clone does not build. */
const STARTING = new Set(['up', 'api', 'worker', 'wms']);

const argv = process.argv.slice(2);

// Whoever reads the output may have had enough, such as `head`.
process.stdout.on('error', () => process.exit(0));

if (await prepare()) await run();
else process.exitCode = 1;

/** Makes sure that `dist/` is there; an image without sources has nothing else. */
async function prepare() {
  if (!existsSync(packagePath('src'))) return true;
  const trouble = await troubleOfBuilding();
  if (trouble === undefined) return true;
  say(trouble);
  if (STARTING.has(argv[0]) || !existsSync(packagePath(BUILT))) return false;
  say('going on with what was built before');
  return true;
}

async function troubleOfBuilding() {
  try {
    await ensureInstalled();
    const built = await build();
    return built.ok ? undefined : `the build failed:\n${built.output}`;
  } catch (error) {
    return error.message;
  }
}

async function run() {
  const { runCli } = await import('../dist/src/cli/main.js');
  const end = await runCli({
    argv,
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    stopSignal,
  });
  if (typeof end === 'object') await start(end.entry);
  else leave(end);
}

async function start(entry) {
  try {
    await import(`../dist/src/${entry}.js`);
  } catch (error) {
    say(error.name === 'AppError' ? error.message : error.stack);
    process.exit(1);
  }
}

function stopSignal() {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => controller.abort());
  return controller.signal;
}

/** What is still on its way into a pipe is written before the process ends. */
function leave(code) {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
