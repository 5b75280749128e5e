import { fileURLToPath } from 'node:url';
import { runSupervisor } from '../../../src/supervisor/main.ts';

// run.ts DATA_DIR: the real supervisor over programs that only stand for ours.
const program = fileURLToPath(new URL('program.ts', import.meta.url));
const arguments_ = (name: string) => ['--import', 'tsx', program, name];
const code = await runSupervisor(
  { dataDir: process.argv[2], autoPorts: true, demo: false, json: true },
  {
    api: arguments_('api'),
    worker: arguments_('worker'),
    wms: arguments_('wms'),
    crm: arguments_('crm'),
    tasks: arguments_('tasks'),
  },
);
process.exit(code);
