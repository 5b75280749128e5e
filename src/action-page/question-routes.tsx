import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { orderOfAction } from '../books/read-actions.ts';
import type { ActionView } from '../contracts/operators.ts';
import { AppError } from '../errors.ts';
import type { Visitor } from './access.ts';
import { decideOnPage } from './decide.ts';
import { formOf, isFromElsewhere, sessionOf, type PageDeps } from './deps.ts';
import { decisionIn, readForm, type FilledForm } from './form.ts';
import {
  BAD_LINK,
  failureOf,
  invalidForm,
  NO_ACTION,
  outcomeOf,
  STRANGE_FORM,
  type Outcome,
} from './notices.ts';
import { NoticePage } from './page.tsx';
import { emptyForm, questionOf, tickableLines, type Question } from './question.ts';
import { linesOf, QuestionPage } from './question-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** The page of one question: shows it, and takes the answer. */
export function addQuestionRoutes(app: Hono, deps: PageDeps): void {
  const { access, books } = deps;
  app.get('/actions/:action_id', (c) => {
    const actionId = c.req.param('action_id');
    const token = c.req.query('t');
    const visitor = access.visitorOf({ actionId, token, session: sessionOf(c) });
    if (visitor === null) return askForKey(c, actionId, token);
    const action = books.actions.find(actionId);
    if (action === undefined) return tell(c, NO_ACTION, visitor);
    return show(c, { action, visitor }, deps);
  });
  app.post('/actions/:action_id', async (c) => {
    const actionId = c.req.param('action_id');
    const fields = await formOf(c);
    const token = fields.get('t') ?? undefined;
    const visitor = access.visitorOf({ actionId, token, session: sessionOf(c) });
    if (visitor === null) return askForKey(c, actionId, token);
    const genuine = access.isFormToken(actionId, visitor, fields.get('form') ?? '');
    if (!genuine || isFromElsewhere(c)) return tell(c, STRANGE_FORM, visitor);
    const action = books.actions.find(actionId);
    if (action === undefined) return tell(c, NO_ACTION, visitor);
    return answer(c, { action, visitor, form: readForm(fields) }, deps);
  });
}

interface Look {
  action: ActionView;
  visitor: Visitor;
  /** As it was sent; absent for a new one. */
  form?: FilledForm;
  outcome?: Outcome;
}

async function answer(
  c: Context,
  look: Required<Omit<Look, 'outcome'>>,
  deps: PageDeps,
): Promise<Response> {
  const { action, visitor, form } = look;
  const tickable = tickableLines(question(action, deps)).map((line) => line.lineId);
  const read = decisionIn(form, tickable);
  if ('problems' in read) return show(c, { ...look, outcome: invalidForm(read.problems) }, deps);
  const requestId = String(c.get('requestId'));
  try {
    const { decision } = read;
    const verdict = await decideOnPage({ action, visitor, form, decision, requestId }, deps);
    const whenLines = linesOf(question(verdict.action, deps), {
      now: deps.now(),
      clock: deps.clock,
    });
    const outcome = outcomeOf(verdict, whenLines);
    // What was refused is mended and sent anew; where it has changed, it is another question.
    const again = verdict.kind === 'refused' ? { form: { ...form, key: randomUUID() } } : {};
    return await show(c, { action: verdict.action, visitor, ...again, outcome }, deps);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryAfterMs !== undefined) {
      c.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
    }
    return show(c, { ...look, outcome: failureOf(error) }, deps);
  }
}

function question(action: ActionView, { books }: PageDeps): Question {
  return questionOf(action, books.orders.find(orderOfAction(action)));
}

function show(c: Context, look: Look, deps: PageDeps): Response | Promise<Response> {
  const { action, visitor, outcome } = look;
  const { access, clock, now } = deps;
  const asked = question(action, deps);
  return c.html(
    <QuestionPage
      question={asked}
      form={look.form ?? emptyForm(asked, randomUUID())}
      notice={outcome?.notice ?? null}
      formToken={access.formToken(action.action_id, visitor)}
      linkToken={visitor.via === 'link' ? visitor.credential : null}
      now={now()}
      clock={clock}
    />,
    outcome?.status ?? 200,
  );
}

function askForKey(
  c: Context,
  actionId: string,
  token: string | undefined,
): Response | Promise<Response> {
  const notice = token === undefined ? null : BAD_LINK;
  return c.html(<SignInPage actionId={actionId} notice={notice} />, 401);
}

function tell(
  c: Context,
  { status, notice }: Outcome,
  visitor: Visitor,
): Response | Promise<Response> {
  return c.html(<NoticePage notice={notice} signedIn={visitor.via === 'api key'} />, status);
}
