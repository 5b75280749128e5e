import type { Decision } from '../contracts/operators.ts';
import { LINES_SHOWN_MAX, type FilledForm, type SubstituteFields } from './form.ts';
import { substitutable, tickableLines, type LineRow, type Question } from './question.ts';
import { wordsOf } from './words.ts';

interface ChoicesProps {
  question: Question;
  form: FilledForm;
}

/** The decisions as big rows; what one of them needs opens below it. */
export function Choices({ question, form }: ChoicesProps) {
  const { action } = question;
  return (
    <fieldset>
      <legend>What should happen?</legend>
      {action.choices.map((decision) => (
        <Choice question={question} form={form} decision={decision} />
      ))}
    </fieldset>
  );
}

function Choice({ question, form, decision }: ChoicesProps & { decision: Decision }) {
  const { label, does } = wordsOf(decision, question.action.reason);
  const id = `does-${decision}`;
  return (
    <div class="choice">
      <label>
        <input
          type="radio"
          name="decision"
          value={decision}
          required
          aria-describedby={id}
          checked={form.decision === decision}
        />
        <span>
          <b>{label}</b>
          <span id={id}>{does}</span>
        </span>
      </label>
      <Details question={question} form={form} decision={decision} />
    </div>
  );
}

function Details({ question, form, decision }: ChoicesProps & { decision: Decision }) {
  if (decision === 'substitute') return <Substitutes question={question} form={form} />;
  if (decision !== 'ship_partial' && decision !== 'cancel_line') return null;
  const lines = tickableLines(question);
  if (lines.length === 0) {
    const all = `It is about all ${question.lines.length} lines.`;
    return question.lines.length > LINES_SHOWN_MAX ? <p class="more small">{all}</p> : null;
  }
  const ticked = new Set(form.ticked[decision]);
  return (
    <div class="more" role="group" aria-label="Lines">
      {lines.map((line) => (
        <label class="tick">
          <input
            type="checkbox"
            name={`${decision}.line`}
            value={line.lineId}
            checked={ticked.has(line.lineId)}
          />
          <span>
            <b>{line.sku}</b> <span class="soft small">{tickText(decision, line)}</span>
          </span>
        </label>
      ))}
    </div>
  );
}

function tickText(decision: 'ship_partial' | 'cancel_line', line: LineRow): string {
  if (decision === 'ship_partial') return `without the ${line.missing} missing`;
  return line.ordered === null ? line.lineId : `${line.ordered} ordered, ${line.lineId}`;
}

function Substitutes({ question, form }: ChoicesProps) {
  const typed = new Map(form.substitutes.map((row) => [row.lineId, row]));
  const rows = substitutable(question);
  if (rows.length === 0) return <p class="more small">No line lacks units just now.</p>;
  return (
    <div class="more">
      {rows.map((line, index) => (
        <Substitute line={line} index={index} typed={typed.get(line.lineId)} />
      ))}
    </div>
  );
}

interface SubstituteProps {
  line: LineRow;
  index: number;
  typed: SubstituteFields | undefined;
}

function Substitute({ line, index, typed }: SubstituteProps) {
  const name = (field: string): string => `sub.${index}.${field}`;
  return (
    <div class="sub" role="group" aria-label={`Instead of ${line.sku}`}>
      <div>
        Instead of <b>{line.sku}</b>{' '}
        <span class="soft small">
          {line.missing} missing, {line.lineId}
        </span>
        <input type="hidden" name={name('line')} value={line.lineId} />
      </div>
      <label class="field wide">
        <span>
          Send article <i>(empty: leave this line)</i>
        </span>
        <input
          type="text"
          name={name('sku')}
          value={typed?.sku ?? ''}
          autocapitalize="characters"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label class="field">
        <span>Replaces</span>
        <input
          type="text"
          inputmode="numeric"
          name={name('qty')}
          value={typed?.qty ?? ''}
          autocomplete="off"
        />
      </label>
      <label class="field">
        <span>Sent for each</span>
        <input
          type="text"
          inputmode="decimal"
          name={name('ratio')}
          value={typed?.ratio ?? '1'}
          autocomplete="off"
        />
      </label>
    </div>
  );
}
