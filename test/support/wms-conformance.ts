import { afterAll, beforeAll } from 'vitest';
import { askingForPicks } from './wms-conformance-asking.ts';
import { workingOnPicks } from './wms-conformance-floor.ts';
import { cancellingAndShipping } from './wms-conformance-leaving.ts';
import { movingStock } from './wms-conformance-stock.ts';
import { webhooksAndAccess } from './wms-conformance-edges.ts';
import { startReceiver, type WebhookReceiver } from './wms-receiver.ts';
import { createStage, type MakeTarget, type WmsTarget } from './wms-stage.ts';

const SECRET = 'a-webhook-secret';

/** What every WMS of the template contract must do, seen from outside. */
export function wmsConformance(makeTarget: MakeTarget): void {
  let target: WmsTarget;
  let receiver: WebhookReceiver;
  const stage = createStage({ target: () => target, receiver: () => receiver });

  beforeAll(async () => {
    receiver = await startReceiver(SECRET);
    target = await makeTarget({ webhookUrl: receiver.url, webhookSecret: SECRET });
  });
  afterAll(async () => {
    await target?.stop();
    await receiver?.close();
  });

  askingForPicks(stage);
  workingOnPicks(stage);
  cancellingAndShipping(stage);
  movingStock(stage);
  webhooksAndAccess(stage);
}
