import type { Client } from '@temporalio/client';

/** What one order's life costs the server. */
export interface HistoryCounts {
  events: number;
  workflowTasks: number;
  localActivities: number;
  signals: number;
}

/** Values of `temporal.api.enums.v1.EventType`. */
const WORKFLOW_TASK_COMPLETED = 7;
const MARKER_RECORDED = 25;
const WORKFLOW_SIGNALED = 26;

export async function countHistory(client: Client, workflowId: string): Promise<HistoryCounts> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const types = (events ?? []).map((event) => Number(event.eventType));
  const count = (type: number): number => types.filter((each) => each === type).length;
  return {
    events: types.length,
    workflowTasks: count(WORKFLOW_TASK_COMPLETED),
    localActivities: count(MARKER_RECORDED),
    signals: count(WORKFLOW_SIGNALED),
  };
}
