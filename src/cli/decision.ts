import { DecisionSchema, type Decision } from '../contracts/operators.ts';
import { usage } from './flags.ts';
import { nearest } from './nearest.ts';

export const DECISIONS = DecisionSchema.options;

interface SubstituteLine {
  line_id: string;
  sku: string;
  qty: number;
  ratio?: number;
}

export interface DecisionBody {
  decision: Decision;
  lines?: string[] | SubstituteLine[];
  note?: string;
}

export function decisionNamed(typed: string): Decision {
  const word = typed.toLowerCase().replaceAll('-', '_');
  const found = DECISIONS.find((decision) => decision === word);
  if (found !== undefined) return found;
  const near = nearest(word, DECISIONS);
  const suggestion = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  throw usage(`\`${typed}\` is not a decision.${suggestion}`, `There are ${DECISIONS.join(', ')}.`);
}

/** The body of the decision but for the version that it was made on. */
export function decisionBody(
  decision: Decision,
  lines: readonly string[],
  note: string | undefined,
): DecisionBody {
  return {
    decision,
    ...linesOf(decision, lines),
    ...(note === undefined ? {} : { note }),
  };
}

function linesOf(decision: Decision, lines: readonly string[]): Pick<DecisionBody, 'lines'> {
  if (decision === 'substitute') {
    if (lines.length === 0) throw usage('`substitute` needs --line LINE_ID=SKU:QTY.');
    return { lines: lines.map(substituteLine) };
  }
  if (decision === 'cancel_line' && lines.length === 0) {
    throw usage('`cancel_line` needs --line LINE_ID.');
  }
  return lines.length === 0 ? {} : { lines: [...lines] };
}

function substituteLine(text: string): SubstituteLine {
  const parts = /^(?<line>[^=]+)=(?<sku>.+?):(?<qty>\d+)(?::(?<ratio>\d+(?:\.\d+)?))?$/.exec(text);
  const { line, sku, qty, ratio } = parts?.groups ?? {};
  if (line === undefined || sku === undefined || qty === undefined) {
    throw usage(
      `--line of a substitute is LINE_ID=SKU:QTY or LINE_ID=SKU:QTY:RATIO, not \`${text}\`.`,
    );
  }
  return {
    line_id: line,
    sku,
    qty: Number(qty),
    ...(ratio === undefined ? {} : { ratio: Number(ratio) }),
  };
}
