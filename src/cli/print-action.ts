import { wordsOf, headingOf } from '../action-page/words.ts';
import { DecisionSchema } from '../contracts/operators.ts';
import type { HumanAction } from './human-actions.ts';
import { cellOf, printPairs, printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** One action as the one who decides it needs it: what happened, what there is, what each answer does. */
export function printAction(terminal: Terminal, action: HumanAction): void {
  printPairs(terminal, headOf(action));
  if (action.lines.length > 0) {
    terminal.print('');
    printTable(
      terminal,
      ['LINE', 'SKU', 'MISSING'],
      action.lines.map((line) => [line.line_id, line.sku, String(line.missing)]),
    );
  }
  if (action.closed_at !== null || action.choices.length === 0) return;
  terminal.print('');
  printTable(
    terminal,
    ['DECISION', 'WHAT IT DOES'],
    action.choices.map((choice) => [choice, effectOf(choice, action.reason)]),
  );
}

function headOf(action: HumanAction): [string, string][] {
  const { decision, escalation } = action;
  const decided =
    decision === null
      ? []
      : ([
          ['decided', `${decision.decision} by ${decision.by} at ${decision.at}`],
          ...(decision.note === null ? [] : [['why', decision.note]]),
        ] as [string, string][]);
  return [
    ['action', `${action.action_id}, version ${action.version}`],
    ['order', action.order_id],
    ['status', action.status],
    ['reason', `${action.reason}: ${headingOf(action.reason)}`],
    ['what', action.detail],
    ['asked', cellOf(action.opened_at)],
    ['due', cellOf(action.due_at)],
    ...(escalation === null ? [] : [['called', escalation.name] as [string, string]]),
    ...decided,
    ...(action.outcome === undefined ? [] : [['outcome', action.outcome] as [string, string]]),
  ];
}

/** A server may offer a decision that this command does not know yet. */
function effectOf(choice: string, reason: string): string {
  const decision = DecisionSchema.safeParse(choice).data;
  return decision === undefined ? '-' : wordsOf(decision, reason).does;
}
