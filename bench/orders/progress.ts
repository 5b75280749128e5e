/** One order has come to the end of a step, told by the worker that ran it. */
export interface StepReport {
  orderId: string;
  closed: boolean;
}

export interface StepReports {
  type: 'steps';
  steps: StepReport[];
}

/** Reports travel in bunches, so that reporting costs both sides next to nothing. */
const BUNCH_MS = 4;

export function createStepReporter(): (step: StepReport) => void {
  let steps: StepReport[] = [];
  return (step) => {
    if (steps.length === 0) {
      setTimeout(() => {
        process.send?.({ type: 'steps', steps } satisfies StepReports);
        steps = [];
      }, BUNCH_MS);
    }
    steps.push(step);
  };
}
