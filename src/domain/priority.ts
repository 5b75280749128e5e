/** Most pressing first. */
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];

/** 0 for urgent, 3 for low. */
export function priorityRank(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}
