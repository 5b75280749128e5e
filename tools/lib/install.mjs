import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packagePath } from './paths.mjs';
import { say, withProgress } from './progress.mjs';
import { run } from './run.mjs';

const NODE_MIN = [20, 19];

/** Makes sure that Node is recent enough and that every dependency is there and loads. */
export async function ensureInstalled() {
  requireNode();
  if (dependenciesAreStale()) await install();
  requireSqlite();
}

/** True when what is installed is not what package-lock.json names. */
export function dependenciesAreStale() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).some(
    ([path, entry]) => isNeeded(path, entry) && installed[path]?.version !== entry.version,
  );
}

/** What is optional, or made for some platforms only, may rightly be absent. */
function isNeeded(path, { optional, extraneous, os, cpu }) {
  return path !== '' && !optional && !extraneous && os === undefined && cpu === undefined;
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(packagePath(lockFile), 'utf8')).packages;
  } catch {
    return {};
  }
}

async function install() {
  const title = 'installing dependencies (npm ci), takes about a minute the first time';
  const { ok, output } = await withProgress(title, () => run('npm', ['ci', '--include=dev']));
  if (ok) return;
  say(output);
  throw new Error('npm ci failed: check the network and the npm registry, then try again.');
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new Error(
    `Node ${NODE_MIN.join('.')} or later is needed, this is ${process.versions.node}: install a newer one (https://nodejs.org).`,
  );
}

function requireSqlite() {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3');
    new Database(':memory:').close();
  } catch (error) {
    throw new Error(
      `better-sqlite3 does not load (${firstLine(error)}): install a C++ toolchain (python3, make, g++), then run \`npm rebuild better-sqlite3\`.`,
      { cause: error },
    );
  }
}

function firstLine(error) {
  return String(error?.message ?? error).split('\n')[0];
}
