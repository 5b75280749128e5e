import { forkBench, type BenchChild } from '../lib/child.ts';

/** Where the measured processes find the systems. */
export interface Systems {
  folder: string;
  crmUrl: string;
  wmsUrl: string;
  tasksUrl: string;
  wmsToken: string;
}

export interface RunningSystems {
  systems: Systems;
  stop(): Promise<void>;
}

const TOKEN = 'a-token-of-the-bench';
const SECRET = 'a-secret-of-the-bench-and-of-nothing-else';

/** The built-in warehouse and both sandboxes as they run in earnest, each with its own database. */
export async function startSystems(folder: string): Promise<RunningSystems> {
  const env = {
    CROSSDOCK_DATA_DIR: folder,
    CROSSDOCK_LOG_LEVEL: 'error',
    CROSSDOCK_SANDBOX: '0',
    CROSSDOCK_WMS_PORT: '0',
    CROSSDOCK_CRM_PORT: '0',
    CROSSDOCK_TASKS_PORT: '0',
    CROSSDOCK_WMS_TOKEN: TOKEN,
    CROSSDOCK_WMS_CLIENT_ID: 'bench',
    CROSSDOCK_WMS_CLIENT_SECRET: SECRET,
    CROSSDOCK_WEBHOOK_SECRET_WMS: SECRET,
    CROSSDOCK_WEBHOOK_SECRET_CRM: SECRET,
    CROSSDOCK_WEBHOOK_SECRET_TASKS: SECRET,
  };
  const start = (entry: string): Promise<BenchChild> =>
    forkBench({ module: `../src/${entry}`, input: null, folder, env });
  const [crm, wms, tasks] = await Promise.all([
    start('crm-sandbox'),
    start('wms'),
    start('tasks-sandbox'),
  ]);
  const urlOf = ({ port }: BenchChild): string => `http://127.0.0.1:${port}`;
  return {
    systems: {
      folder,
      crmUrl: urlOf(crm),
      wmsUrl: urlOf(wms),
      tasksUrl: urlOf(tasks),
      wmsToken: TOKEN,
    },
    async stop() {
      await Promise.all([crm.stop(), wms.stop(), tasks.stop()]);
    },
  };
}
