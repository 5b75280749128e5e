import type { Task } from '../../contracts/tasks.ts';

export function isEnded(task: Task): boolean {
  return task.status === 'COMPLETED' || task.status === 'CANCELLED';
}

export interface Due {
  /** As the task has it. */
  at: string;
  text: string;
  overdue: boolean;
}

/** When a task is due, in words; it cannot be overdue once it has ended. */
export function dueOf(task: Task, now: number): Due | undefined {
  if (task.due_date === null) return undefined;
  const due = new Date(task.due_date);
  const [day = '', time = ''] = due.toISOString().split('T');
  const text = `${day} ${time.slice(0, 5)} UTC`;
  return { at: task.due_date, text, overdue: !isEnded(task) && due.getTime() < now };
}

/** Who a decision has been escalated to; undefined when it has not been. */
export function escalationOf(task: Task): string | undefined {
  const { escalation } = task.metadata;
  if (escalation === null || escalation === undefined || escalation === '') return undefined;
  return textOf(escalation);
}

/** The metadata that the page does not show elsewhere, as text. */
export function otherMetadata(task: Task): [key: string, text: string][] {
  return Object.entries(task.metadata)
    .filter(([key]) => key !== 'escalation')
    .map(([key, value]) => [key, textOf(value)]);
}

/** A link that a browser may follow; anything else, such as `javascript:`, is none. */
export function webLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
