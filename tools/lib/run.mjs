import { spawn } from 'node:child_process';
import { packagePath } from './paths.mjs';

const OUTPUT_CHARS_MAX = 200_000;

/** Runs a command in the package root, quietly; `output` is for the person who has to repair it. */
export function run(command, args, { onMessage, env = {} } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARS_MAX);
    };
    const child = spawn(command, args, {
      cwd: packagePath('.'),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(onMessage === undefined ? [] : ['ipc'])],
    });
    if (onMessage !== undefined) child.on('message', onMessage);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code, signal) => {
      const how = signal === null ? '' : `\nended by ${signal}`;
      resolve({ ok: code === 0, output: (output + how).trim() });
    });
  });
}

/** The same for a tool of ours or of a dependency that is a JavaScript file. */
export function runNode(file, args, options) {
  return run(process.execPath, [packagePath(file), ...args], options);
}
