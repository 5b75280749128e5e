/** What a command's end tells a script; docs/cli.md has the same table. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  refused: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'what was asked for failed',
  2: 'the command line is wrong; nothing was done',
  3: 'Crossdock is not running or cannot be reached',
  4: 'there is no such thing, or this server does not have the function',
  5: 'refused: not allowed, not valid, or in conflict with the present state',
};
