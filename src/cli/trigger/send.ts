import { z } from 'zod';
import { signTemplate } from '../../verification/sign.ts';
import { exitOf } from '../api.ts';
import { call, type CallAnswer } from '../call.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Composed } from './compose.ts';

export interface Door {
  /** Address of the api. */
  apiUrl: string;
  /** Whole address of the webhook. */
  url: string;
  secret: string;
  badSignature: boolean;
  timeoutMs: number;
  signal: AbortSignal;
}

/** One delivery and what became of it; a line of `trigger --json`. */
export interface Sent {
  event_id: string;
  event_type: string;
  order_id: string | null;
  status: 'accepted' | 'duplicate' | 'refused' | 'failed' | 'unreachable';
  http_status: number | null;
  ack_ms: number | null;
  link: string | null;
  detail: string | null;
}

/** Of an answer that is not Crossdock's. */
const TEXT_CHARS_MAX = 200;

const AnswerSchema = z.looseObject({
  duplicate: z.boolean(),
  links: z.looseObject({ status: z.string() }),
});
const ProblemSchema = z.looseObject({
  type: z.string(),
  detail: z.string(),
  errors: z.array(z.looseObject({ pointer: z.string(), detail: z.string() })).default([]),
});

/** Signs and sends one event; that nobody answers is a result too. */
export async function send(event: Composed, door: Door): Promise<Sent> {
  const known = {
    event_id: event.eventId,
    event_type: event.eventType,
    order_id: event.orderId,
  };
  try {
    const answer = await call({
      method: 'POST',
      url: door.url,
      headers: headersOf(event, door),
      body: event.body,
      timeoutMs: door.timeoutMs,
      signal: door.signal,
    });
    return { ...known, ...outcomeOf(answer, door.apiUrl) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const detail = error.message;
    return { ...known, status: 'unreachable', http_status: null, ack_ms: null, link: null, detail };
  }
}

function headersOf({ body }: Composed, door: Door): Record<string, string> {
  const secret = door.badSignature ? `not-${door.secret}` : door.secret;
  return { 'content-type': 'application/json', ...signTemplate({ secret, body }) };
}

function outcomeOf(
  answer: CallAnswer,
  apiUrl: string,
): Omit<Sent, 'event_id' | 'event_type' | 'order_id'> {
  const measured = {
    http_status: answer.status,
    ack_ms: Math.round(answer.latencyMs * 10) / 10,
  };
  const taken = AnswerSchema.safeParse(answer.json);
  if (exitOf(answer.status) === EXIT.ok && taken.success) {
    const { duplicate, links } = taken.data;
    const link = apiUrl + links.status;
    return { ...measured, status: duplicate ? 'duplicate' : 'accepted', link, detail: null };
  }
  const refused = answer.status >= 400 && answer.status < 500;
  return {
    ...measured,
    status: refused ? 'refused' : 'failed',
    link: null,
    detail: complaintOf(answer),
  };
}

function complaintOf({ json, text }: CallAnswer): string {
  const problem = ProblemSchema.safeParse(json).data;
  if (problem === undefined) return text.slice(0, TEXT_CHARS_MAX);
  const fields = problem.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return [problem.detail, ...fields].join(' ');
}

/** The worst of all: only if every one was taken is it 0. */
export function exitOfAll(statuses: ReadonlySet<Sent['status']>): ExitCode {
  if (statuses.has('unreachable')) return EXIT.unreachable;
  if (statuses.has('failed')) return EXIT.failed;
  return statuses.has('refused') ? EXIT.refused : EXIT.ok;
}
