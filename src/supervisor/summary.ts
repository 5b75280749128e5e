import type { ReadyReport } from './ready.ts';

/** What a person sees when all is ready: where things are, and three commands that work. */
export function renderSummary({ urls, temporal, secrets }: ReadyReport, dataDir: string): string {
  const rows = [
    ['API', urls.api],
    ['metrics', urls.metrics],
    ['WMS', urls.wms],
    ['CRM sandbox', urls.crm],
    ['task sandbox', urls.tasks],
    ...(urls.temporal_ui === undefined ? [] : [['Temporal UI', urls.temporal_ui]]),
    ['Temporal', `${temporal.address}, namespace ${temporal.namespace}`],
    ['data', dataDir],
    ['API key', secrets.api_key],
    ['WMS token', secrets.wms_token],
    ['signing secret', `${secrets.webhooks.crm} (CRM; all of them in ${dataDir}/secrets.json)`],
  ];
  const table = rows.map(([label = '', value = '']) => `  ${label.padEnd(15)} ${value}`);
  return [
    '',
    'Crossdock is ready.',
    '',
    ...table,
    '',
    ...nextCommands({ urls, secrets }),
    '',
    'Ctrl-C stops everything; the next `npm start` carries on from here.',
    '',
  ].join('\n');
}

function nextCommands({ urls, secrets }: Pick<ReadyReport, 'urls' | 'secrets'>): string[] {
  const picks = `${urls.wms}/api/v1/picks`;
  const wmsAuth = `-H 'authorization: Bearer ${secrets.wms_token}'`;
  const json = `-H 'content-type: application/json'`;
  return [
    'Next, in another terminal:',
    '  # 1. a customer orders; the CRM sandbox sends the signed ORDER.CREATED',
    `  ORDER=ORD-$(date +%s); curl -s ${urls.crm}/orders ${json} -d '{"order_id":"'$ORDER'","customer":{"account_priority":"gold"},"items":[{"sku":"SKU-111","qty":2}]}'`,
    '  # 2. what Crossdock made of it',
    `  curl -s ${urls.api}/api/v1/orders/$ORDER -H 'authorization: Bearer ${secrets.api_key}'`,
    '  # 3. the warehouse picks one of the two',
    `  PICK=$(curl -s "${picks}?order_id=$ORDER" ${wmsAuth} | grep -o '"pick_id":"[^"]*"' | head -1 | cut -d'"' -f4); curl -s -X PATCH ${picks}/$PICK ${wmsAuth} ${json} -d '{"status":"PARTIAL","lines":[{"sku":"SKU-111","picked":1}]}'`,
  ];
}
