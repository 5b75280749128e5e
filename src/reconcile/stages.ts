/** Stages of orders whose workflow runs. */
export const OPEN_STAGES = [
  'NEEDS_ACTION',
  'RECEIVED',
  'FULFILLING',
  'WAITING',
  'CLOSING',
] as const;
