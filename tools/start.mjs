import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/progress.mjs';

const HELP = `Starts all of Crossdock and keeps it running until Ctrl-C.

usage: npm start -- [options]

  --no-demo        no demo orders; the catalogue is always there
  --data-dir DIR   where everything is kept (default .crossdock, or CROSSDOCK_DATA_DIR)
  --ports auto     take free ports and keep them for this data directory
  --json           one line of JSON on stdout when all is ready; logs go to stderr
                   (npm prints two lines of its own: use npm start --silent -- --json,
                   or node tools/start.mjs --json)
  --help           this text

Settings are environment variables (CROSSDOCK_*, TEMPORAL_*). Each process is started again
when it dies. What is running is in DIR/run.json.
`;

const OPTIONS = {
  'no-demo': { type: 'boolean', default: false },
  'data-dir': { type: 'string' },
  ports: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

process.exit(await main());

async function main() {
  const parsed = parse(process.argv.slice(2));
  if (parsed.complaint !== undefined) {
    process.stderr.write(`crossdock: ${parsed.complaint}\n\n${HELP}`);
    return 2;
  }
  if (parsed.values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return start(parsed.values);
}

function parse(args) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false });
    if (values.ports !== undefined && values.ports !== 'auto') {
      return { complaint: `--ports takes only \`auto\`, not \`${values.ports}\`.` };
    }
    if (values['data-dir'] === '') return { complaint: '--data-dir needs a directory.' };
    return { values };
  } catch (error) {
    return { complaint: error.message };
  }
}

async function start(values) {
  try {
    await ensureInstalled();
    const built = await build();
    if (!built.ok) throw new Error(`the build failed:\n${built.output}`);
    const { runSupervisor } = await import('../dist/src/supervisor/main.js');
    return await runSupervisor({
      dataDir: values['data-dir'],
      autoPorts: values.ports === 'auto',
      demo: !values['no-demo'],
      json: values.json,
    });
  } catch (error) {
    say(error.message);
    return 1;
  }
}
