import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packagePath } from './paths.mjs';
import { withProgress } from './progress.mjs';
import { runNode } from './run.mjs';

const STAMP = 'dist/.build-stamp';
const SOURCES = ['src', 'workflows', 'activities', 'bench'];
const SINGLE_SOURCES = ['tsconfig.json', 'tools/tsconfig.build.json', 'package-lock.json'];
const LOCK_POLL_MS = 200;

/** Builds `dist/`, unless nothing has changed since the last build. */
export async function build() {
  const lock = await lockBuild();
  try {
    const fingerprint = fingerprintSources();
    if (readStamp() === fingerprint) return { ok: true, output: 'nothing has changed' };
    const outcome = await withProgress('building', compile);
    if (outcome.ok) writeFileSync(packagePath(STAMP), fingerprint);
    return outcome;
  } finally {
    lock.close();
  }
}

async function compile() {
  const compiled = await runNode('node_modules/typescript/bin/tsc', [
    '--project',
    packagePath('tools/tsconfig.build.json'),
  ]);
  return compiled.ok ? bundleWorkflows() : compiled;
}

/** The worker starts from this file, so that starting it never runs a bundler. */
async function bundleWorkflows() {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: packagePath('workflows/index.ts'),
      logger: silentLogger(),
    });
    const target = packagePath('dist/workflow-bundle.js');
    writeFileSync(`${target}.draft`, code);
    renameSync(`${target}.draft`, target);
    return { ok: true, output: '' };
  } catch (error) {
    return { ok: false, output: `bundling the workflows failed: ${error.message}` };
  }
}

function silentLogger() {
  const quiet = () => undefined;
  return { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
}

/** Two builds of one clone at once would mix their files. */
async function lockBuild() {
  const { default: Database } = await import('better-sqlite3');
  mkdirSync(packagePath('dist'), { recursive: true });
  for (;;) {
    const lock = new Database(packagePath('dist/.build-lock'), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch {
      lock.close();
      await sleep(LOCK_POLL_MS);
    }
  }
}

function fingerprintSources() {
  const hash = createHash('sha256');
  const files = [...SOURCES.flatMap(filesUnder), ...SINGLE_SOURCES];
  for (const file of files.toSorted()) {
    const { mtimeMs, size } = statSync(packagePath(file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(packagePath(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(packagePath('.').length));
}

function readStamp() {
  try {
    return readFileSync(packagePath(STAMP), 'utf8');
  } catch {
    return undefined;
  }
}
