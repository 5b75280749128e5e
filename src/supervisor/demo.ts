import type { Plan } from './plan.ts';
import type { Progress } from './progress.ts';

interface DemoOptions {
  plan: Plan;
  progress: Progress;
  signal: AbortSignal;
}
export async function seedDemo(options: DemoOptions): Promise<void> {
  await Promise.resolve(options);
}
