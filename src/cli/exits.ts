import { EXIT_MEANINGS } from './exit-codes.ts';

/** Exit codes that a command which asks the API may end with. */
export const ASKING_EXITS = {
  0: EXIT_MEANINGS[0],
  1: 'the server failed, or its answer was not understood',
  2: EXIT_MEANINGS[2],
  3: EXIT_MEANINGS[3],
  5: 'the API key was refused, or a filter is not valid',
} as const;

/** The same for a command about one thing. */
export const ASKING_ONE_EXITS = { ...ASKING_EXITS, 4: 'there is none with this id' } as const;
