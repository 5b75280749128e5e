import type { FieldIssue } from '../errors.ts';
import type { ProblemInput } from '../http/problem.ts';
import type { QuarantineCause } from '../inbox/store.ts';

/** A webhook that is not taken: its answer, and the word for it in logs and metrics. */
export interface Refusal extends ProblemInput {
  outcome: string;
  headers?: Record<string, string>;
}

/** One text for every cause, so that a stranger learns nothing; our log has the cause. */
export const NOT_AUTHENTIC: Refusal = {
  outcome: 'not_authentic',
  status: 401,
  problem: 'signature',
  title: 'Not authorised',
  detail:
    'The request could not be authenticated, so nothing was stored for processing. Check the address, the signing secret, that the signed bytes are the sent bytes, and the clock of the sender.',
  headers: { 'www-authenticate': 'Webhook-Signature' },
};

export function tooLarge(bytesMax: number): Refusal {
  return {
    outcome: 'too_large',
    status: 413,
    problem: 'too-large',
    title: 'The body is too large',
    detail: `The body is larger than ${bytesMax} bytes, so it was not read and nothing was stored. Send the event in smaller parts.`,
  };
}

export const ABORTED: Refusal = {
  outcome: 'aborted',
  status: 400,
  problem: 'bad-request',
  title: 'The request cannot be read',
  detail: 'The connection was cut before the body was whole. Send the event again.',
};

export const WRONG_TYPE: Refusal = {
  outcome: 'wrong_type',
  status: 415,
  problem: 'unsupported-media-type',
  title: 'The content type is not supported',
  detail:
    'Webhooks are application/json in UTF-8 without a content-encoding; nothing was stored. Send the same body with Content-Type: application/json and uncompressed.',
};

export function headerMissing(header: string): Refusal {
  return {
    outcome: 'header_missing',
    status: 400,
    problem: 'header-missing',
    title: 'A required header is missing or malformed',
    detail: `The header ${header} is missing or malformed, so nothing was stored. Send it as the connection's signature profile asks.`,
  };
}

export function idMismatch(header: string): Refusal {
  return {
    outcome: 'id_mismatch',
    status: 400,
    problem: 'event-id-mismatch',
    title: 'The event id of the header differs from that of the body',
    detail: `The header ${header} and event_id of the body must be equal; nothing was stored. Send the body's event_id in the header.`,
  };
}

/** The answer to a body that is kept in quarantine. */
export function quarantined(
  cause: QuarantineCause,
  issues: FieldIssue[],
  depthMax: number,
): Refusal {
  if (cause === 'schema-invalid') {
    return {
      outcome: 'schema_invalid',
      status: 422,
      problem: 'schema-invalid',
      title: 'The event does not fit its schema',
      detail:
        'The signature is right but the fields under errors are not, so the event reached no order. Its body is kept in quarantine; send it again, corrected, under a new event_id.',
      issues,
    };
  }
  const what =
    cause === 'too-deep' ? `nested deeper than ${depthMax} levels` : 'not JSON in valid UTF-8';
  return {
    outcome: cause === 'too-deep' ? 'too_deep' : 'not_json',
    status: 400,
    problem: cause,
    title: 'The body cannot be read',
    detail: `The signature is right but the body is ${what}, so the event reached no order. Its body is kept in quarantine; send it again, corrected.`,
  };
}

export const ID_REUSED: Refusal = {
  outcome: 'id_reused',
  status: 422,
  problem: 'event-id-reused',
  title: 'The event id is known with another body',
  detail:
    'An event with this id was accepted earlier and its body differs. The first one stands; this one reached no order and is kept in quarantine. Send it under a new event_id.',
};

export function overRate(waitMs: number, headers: Record<string, string>): Refusal {
  return {
    outcome: 'over_rate',
    status: 429,
    problem: 'rate-limited',
    title: 'Too many requests',
    detail:
      'This connection sends more events than its limit allows; this one was not stored. Send it again after Retry-After.',
    retryAfterMs: waitMs,
    headers,
    members: { 'violated-policies': ['default'] },
  };
}

export const BACKLOG_FULL = 'More events wait for their orders than this inbox may hold.';

export const CONNECTION_PAUSED = 'An operator has paused this connection.';

export function unavailable(problem: string, why: string, retryAfterMs: number): Refusal {
  return {
    outcome: 'unavailable',
    status: 503,
    problem,
    title: 'Temporarily unavailable',
    detail: `${why} The event was not stored; send it again after Retry-After.`,
    retryAfterMs,
  };
}
