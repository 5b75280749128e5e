import type { CrmTold, OrderState } from './order.ts';

/** What the CRM should know; units in an unanswered child pick still count as backordered. */
export function crmFaces(state: OrderState): Map<string, CrmTold> {
  const faces = new Map<string, CrmTold>();
  for (const { lineId, buckets } of state.lines) {
    const { picked, shipped, backordered, cancelled } = buckets;
    faces.set(lineId, { picked, shipped, backordered, cancelled });
  }
  for (const { lineId, inPick } of state.backorders) {
    const face = faces.get(lineId);
    if (face !== undefined) face.backordered += inPick;
  }
  return faces;
}
