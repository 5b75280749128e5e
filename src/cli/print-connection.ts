import { z } from 'zod';
import { cellOf, printPairs, printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export const ConnectionRowSchema = z.looseObject({
  name: z.string(),
  kind: z.string(),
  profile: z.string(),
  path: z.string(),
  paused: z.boolean(),
  paused_since: z.string().nullable(),
  paused_reason: z.string().nullable(),
  secrets: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      created_at: z.string().nullable(),
      until: z.string().nullable(),
      last_used_at: z.string().nullable(),
    }),
  ),
  webhooks: z.looseObject({
    since: z.string(),
    last_verified_at: z.string().nullable(),
    answers: z.record(z.string(), z.int()),
    last_refusal: z
      .looseObject({ at: z.string(), outcome: z.string(), cause: z.string().nullable() })
      .nullable(),
  }),
});
export type ConnectionRow = z.infer<typeof ConnectionRowSchema>;

export function printConnections(terminal: Terminal, rows: readonly ConnectionRow[]): void {
  printTable(
    terminal,
    ['CONNECTION', 'KIND', 'PROFILE', 'WEBHOOKS TO', 'STATE', 'LAST EVENT', 'SECRETS'],
    rows.map((row) => [
      row.name,
      row.kind,
      row.profile,
      row.path,
      row.paused ? 'paused' : 'open',
      cellOf(row.webhooks.last_verified_at),
      liveSecrets(row),
    ]),
  );
}

export function printConnection(terminal: Terminal, row: ConnectionRow): void {
  const { answers, last_refusal: refusal, since, last_verified_at: lastAt } = row.webhooks;
  const counts = Object.entries(answers).map(([outcome, count]) => `${count} ${outcome}`);
  const paused = `since ${cellOf(row.paused_since)}${row.paused_reason === null ? '' : `: ${row.paused_reason}`}`;
  printPairs(terminal, [
    ['connection', `${row.name}, of kind ${row.kind}`],
    ['profile', row.profile],
    ['webhooks to', row.path],
    ['paused', row.paused ? paused : 'no'],
    ['last event', cellOf(lastAt)],
    [`since ${since}`, counts.length === 0 ? 'no webhook' : counts.join(', ')],
    [
      'last refusal',
      refusal === null
        ? 'none'
        : `${refusal.at} ${refusal.outcome}${refusal.cause === null ? '' : ` (${refusal.cause})`}`,
    ],
  ]);
  terminal.print('');
  printTable(
    terminal,
    ['SECRET', 'STATE', 'MADE', 'UNTIL', 'LAST USED'],
    row.secrets.map((secret) => [
      secret.id,
      secret.state,
      secret.created_at ?? 'settings',
      cellOf(secret.until),
      cellOf(secret.last_used_at),
    ]),
  );
}

function liveSecrets({ secrets }: ConnectionRow): string {
  const live = secrets.filter(({ state }) => state !== 'retired');
  return live.length === 0 ? 'none' : live.map(({ id, state }) => `${id} ${state}`).join(', ');
}
