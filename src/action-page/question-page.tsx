import { Choices } from './choices.tsx';
import type { FilledForm } from './form.ts';
import { LinesTable } from './lines-table.tsx';
import { dueIn, spanOf } from './moments.ts';
import { NoticeBox, Page, type Notice } from './page.tsx';
import { isOpen, type Question } from './question.ts';
import { headingOf, standingOf } from './words.ts';

export interface QuestionProps {
  question: Question;
  form: FilledForm;
  notice: Notice | null;
  /** Ties the form to this page and visitor; the token of the link when that let them in. */
  formToken: string;
  linkToken: string | null;
  now: number;
  /** Writes an instant for a person. */
  clock: (instant: string, now: number) => string;
}

/** One question: what happened, by when, and the answers that there are. */
export function QuestionPage(props: QuestionProps) {
  const { question, notice, linkToken, now } = props;
  const { action } = question;
  const open = isOpen(action);
  const due = dueIn(action.due_at, now);
  return (
    <Page title={`Order ${action.order_id}: ${headingOf(action.reason)}`} signedIn={!linkToken}>
      {notice === null ? null : <NoticeBox notice={notice} />}
      <p class="soft">Order {action.order_id}</p>
      <h1>{headingOf(action.reason)}</h1>
      <div class="badges">
        {open ? (
          <span class={`badge ${due.urgency}`}>{due.text}</span>
        ) : (
          <span class="badge done">
            {action.status === 'RESOLVED' ? 'Decided' : 'Solved itself'}
          </span>
        )}
        {open && action.status === 'ACKED' ? <span class="badge">Somebody is on it</span> : null}
        {open && action.escalation !== null ? (
          <span class="badge">Called: {action.escalation.name}</span>
        ) : null}
      </div>
      <p class="lead">{action.detail}</p>
      {open ? <p class="soft small">{timesOf(props)}</p> : null}
      {open || notice !== null ? null : <Standing {...props} />}
      <LinesTable question={question} />
      {open ? <DecisionForm {...props} /> : null}
      <Facts {...props} />
    </Page>
  );
}

/** Since when it is asked, and by when it has to be decided. */
function timesOf({ question: { action }, now, clock }: QuestionProps): string {
  const asked = `Asked ${clock(action.opened_at, now)}, ${spanOf(now - Date.parse(action.opened_at))} ago`;
  return action.due_at === null ? `${asked}.` : `${asked}. Due ${clock(action.due_at, now)}.`;
}

/** What became of a question that is closed. */
function Standing({ question, now, clock }: QuestionProps) {
  return (
    <NoticeBox
      notice={{
        tone: 'done',
        title: standingOf(question.action),
        lines: linesOf(question, { now, clock }),
      }}
    />
  );
}

/** When it was decided and why, a sentence each. */
export function linesOf(
  { action }: Question,
  { now, clock }: Pick<QuestionProps, 'now' | 'clock'>,
): string[] {
  const { decision, closed_at: closedAt } = action;
  const at = decision?.at ?? closedAt;
  const when = at === null ? [] : [`${clock(at, now)}, ${spanOf(now - Date.parse(at))} ago.`];
  const why = decision?.note == null ? [] : [`“${decision.note}”`];
  return [...when, ...why];
}

function DecisionForm({ question, form, formToken, linkToken }: QuestionProps) {
  const { action } = question;
  return (
    <form method="post" action={`/actions/${encodeURIComponent(action.action_id)}`}>
      <input type="hidden" name="form" value={formToken} />
      {linkToken === null ? null : <input type="hidden" name="t" value={linkToken} />}
      <input type="hidden" name="version" value={String(action.version)} />
      <input type="hidden" name="key" value={form.key} />
      <Choices question={question} form={form} />
      <label class="field">
        <span>Your name</span>
        <input
          type="text"
          name="name"
          value={form.name}
          autocomplete="name"
          required
          maxlength={80}
        />
      </label>
      <label class="field">
        <span>
          Why <i>(optional, for whoever looks later)</i>
        </span>
        <textarea name="note" maxlength={2000}>
          {form.note}
        </textarea>
      </label>
      <button class="big">Decide</button>
    </form>
  );
}

function Facts({ question, now, clock }: QuestionProps) {
  const { action, order } = question;
  const facts: [string, string][] = [
    ['Order', action.order_id],
    ...(order === undefined
      ? []
      : ([
          ['Priority', order.priority],
          ['State', order.headline.replaceAll('_', ' ').toLowerCase()],
        ] satisfies [string, string][])),
    ['Asked', clock(action.opened_at, now)],
    ['Due', action.due_at === null ? 'no time set' : clock(action.due_at, now)],
    ...(action.task_id === null ? [] : ([['Task', action.task_id]] satisfies [string, string][])),
    ['Question', action.action_id],
  ];
  return (
    <section class="card small">
      <dl>
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
