import { AppError } from '../errors.ts';
import type { Verdict } from '../operations/actions/decide-action.ts';
import type { Notice } from './page.tsx';
import { isOpen } from './question.ts';
import { standingOf, wordsOf } from './words.ts';

type PageStatus = 200 | 401 | 403 | 404 | 409 | 413 | 422 | 500 | 503;

export interface Outcome {
  status: PageStatus;
  notice: Notice;
}

/** What became of a decision, told to the one who made it; `whenLines` say when and why. */
export function outcomeOf(verdict: Verdict, whenLines: readonly string[]): Outcome {
  const { action, detail } = verdict;
  if (verdict.kind === 'taken') {
    const { decision, reason } = action;
    const title = `Done. ${standingOf(action)}`;
    const does = decision === null ? detail : wordsOf(decision.decision, reason).does;
    return { status: 200, notice: { tone: 'done', title, lines: [does, ...whenLines] } };
  }
  if (verdict.kind === 'refused') {
    const title = 'This cannot be done. Nothing was changed.';
    return { status: 422, notice: { tone: 'late', title, lines: [detail] } };
  }
  if (isOpen(action)) {
    const title = 'Things have changed while you were looking. Nothing was decided.';
    const lines = [detail, 'Below is how it stands now: look again, and decide.'];
    return { status: 409, notice: { tone: 'soon', title, lines } };
  }
  const title = `You are too late. ${standingOf(action)}`;
  return {
    status: 409,
    notice: { tone: 'soon', title, lines: [...whenLines, 'Your answer has changed nothing.'] },
  };
}

/** What went wrong and what to do; an unknown error never shows its message. */
export function failureOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) {
    return {
      status: 500,
      notice: {
        tone: 'late',
        title: 'Something went wrong on our side',
        lines: ['Nothing was confirmed. Press the button again: it is done once at most.'],
      },
    };
  }
  const { message } = error;
  switch (error.code) {
    case 'unavailable':
      return {
        status: 503,
        notice: {
          tone: 'soon',
          title: 'Not possible just now',
          lines: [
            'Nothing is lost. Wait a moment and press the button again: it is done once.',
            message,
          ],
        },
      };
    case 'not-found':
      return {
        status: 404,
        notice: { tone: 'soon', title: 'There is no such question', lines: [message] },
      };
    case 'conflict':
      return {
        status: 409,
        notice: { tone: 'soon', title: 'Not possible as things stand', lines: [message] },
      };
    default:
      return {
        status: 422,
        notice: { tone: 'late', title: 'This cannot be done', lines: [message] },
      };
  }
}

export function invalidForm(problems: readonly string[]): Outcome {
  return { status: 422, notice: { tone: 'late', title: 'Something is missing', lines: problems } };
}

export const NO_ACTION: Outcome = {
  status: 404,
  notice: {
    tone: 'soon',
    title: 'There is no such question',
    lines: [
      'If its link is only seconds old, load this page again in a moment.',
      'Otherwise it was removed, or the address was cut when it was copied.',
    ],
  },
};

export const STRANGE_FORM: Outcome = {
  status: 403,
  notice: {
    tone: 'late',
    title: 'This form is too old, or not from this page',
    lines: ['Nothing was decided. Open the question again from its link and decide there.'],
  },
};

export const TOO_LARGE: Outcome = {
  status: 413,
  notice: { tone: 'late', title: 'That is too much text', lines: ['Nothing was decided.'] },
};

export const BAD_LINK: Notice = {
  tone: 'soon',
  title: 'This link does not open the question',
  lines: ['It was cut when it was copied, or the secret behind it has changed.'],
};

export const BAD_KEY: Notice = {
  tone: 'late',
  title: 'That is not a valid API key',
  lines: ['Check it and try again.'],
};

export const SIGNED_OUT: Notice = { tone: 'done', title: 'You have signed out.', lines: [] };
