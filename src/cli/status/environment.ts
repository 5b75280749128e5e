import type { Instance } from '../instance.ts';

/**
 * The variables that let a shell speak to an instance. Temporal's are left out: a later `npm start`
 * in the same shell would take them for a server that is not its own.
 */
export function environmentOf({ apiUrl, apiKey, local }: Instance): Record<string, string> {
  const named: Record<string, string | undefined> = {
    CROSSDOCK_API_URL: apiUrl,
    CROSSDOCK_API_KEY: apiKey,
  };
  if (local !== undefined) {
    const { urls, secrets } = local.run;
    Object.assign(named, {
      CROSSDOCK_DATA_DIR: local.dataDir,
      CROSSDOCK_WMS_URL: urls['wms'],
      CROSSDOCK_WMS_TOKEN: secrets.wms_token,
      CROSSDOCK_WMS_CLIENT_ID: secrets.wms_client.id,
      CROSSDOCK_WMS_CLIENT_SECRET: secrets.wms_client.secret,
      CROSSDOCK_CRM_URL: urls['crm'],
      CROSSDOCK_TASKS_URL: urls['tasks'],
      CROSSDOCK_TEMPORAL_UI_URL: urls['temporal_ui'],
      CROSSDOCK_WEBHOOK_SECRET_CRM: secrets.webhooks['crm'],
      CROSSDOCK_WEBHOOK_SECRET_TASKS: secrets.webhooks['tasks'],
      CROSSDOCK_WEBHOOK_SECRET_WMS: secrets.webhooks['wms'],
    });
  }
  return Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** One `export NAME='value'` line, safe for any POSIX shell. */
export function exportLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
}
