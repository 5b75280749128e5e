import type { GroupCommit } from '../src/db/group-commit.ts';
import type { StepRecord } from '../src/domain/step.ts';

export interface BooksDeps {
  steps: Pick<GroupCommit<StepRecord, boolean>, 'submit'>;
  /** Wakes the allocator for a backorder that it has not seen; may fail, the next look finds it. */
  stockWanted(wms: string): void;
}

/** Writes the projection: one idempotent transaction per step, shared with the steps beside it. */
export function createBooksActivities({ steps, stockWanted }: BooksDeps) {
  return {
    async commitStep(record: StepRecord): Promise<void> {
      await steps.submit(record);
      if (record.entries.some((entry) => entry.kind === 'backorder')) stockWanted(record.wms);
    },
  };
}
