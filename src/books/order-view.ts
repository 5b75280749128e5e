import type { OrderView } from '../contracts/operators.ts';

/** What views that were written before there were actions lack. */
const LACKING: Pick<OrderView, 'actions' | 'in_flight'> = { actions: [], in_flight: 0 };

/** The worker writes `view` from OrderViewSchema; it is not checked again on each read. */
export function orderViewOf(json: string): OrderView {
  return { ...LACKING, ...(JSON.parse(json) as OrderView) };
}
