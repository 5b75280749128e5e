import {
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { stockRoseSignal } from './messages.ts';

const { offerStock } = proxyActivities<Pick<Activities, 'offerStock'>>({
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '60 seconds' },
  summary: 'Offer risen stock to the waiting list',
});

export interface StockAllocationInput {
  wms: string;
}

/**
 * One allocator per warehouse: woken by any rise of stock, and from time to time for the event
 * that was lost. One look at a time, so that no unit is offered twice.
 */
export async function stockAllocation(input: StockAllocationInput): Promise<void> {
  let rose = false;
  setHandler(stockRoseSignal, () => {
    rose = true;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    rose = false;
    const { nextLookMs } = await offerStock(input);
    await condition(() => rose, nextLookMs, {
      summary: 'Next look at the stock that is waited for',
    });
  }
  await continueAsNew<typeof stockAllocation>(input);
}
