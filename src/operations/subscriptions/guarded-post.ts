import { Agent, request, type Dispatcher } from 'undici';
import type { DeliveryPolicy } from '../../delivery/policy.ts';
import type { AttemptOutcome } from '../../delivery/retry.ts';
import { messageOf } from '../../errors.ts';
import type { AddressGuard } from './address-guard.ts';
import { BLOCKED, createGuardedConnector } from './guarded-connect.ts';

export interface PostInput {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export interface PostOutcome extends AttemptOutcome {
  error: string | null;
  /** The guard did not let the connection happen. */
  blocked: boolean;
}

export interface Poster {
  /** Makes one attempt; never throws and never follows a redirect. */
  post(input: PostInput): Promise<PostOutcome>;
  close(): Promise<void>;
}

/** Characters of an answer or a failure that the log keeps. */
const ERROR_CHARS_MAX = 500;

interface PosterOptions {
  policy: DeliveryPolicy;
  guard: AddressGuard;
}

/** Posts to addresses that others chose: every connection is vetted by the guard. */
export function createGuardedPoster({ policy, guard }: PosterOptions): Poster {
  const agent = new Agent({
    connections: policy.concurrencyMax,
    connect: createGuardedConnector(guard, policy.connectTimeoutMs),
  });
  return {
    close: () => agent.destroy(),
    async post({ url, headers, body, signal }) {
      const timeout = AbortSignal.timeout(policy.requestTimeoutMs);
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'accept-encoding': 'identity',
            'user-agent': 'crossdock-webhooks/1',
          },
          body,
          signal: AbortSignal.any([signal, timeout]),
        });
        return await outcomeOf(answer, policy.responseBytesMax);
      } catch (error) {
        const late = timeout.aborted && !signal.aborted;
        return failureOf(error, late ? `no answer within ${policy.requestTimeoutMs} ms` : null);
      }
    },
  };
}

function failureOf(error: unknown, text: string | null): PostOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const described = code === '' ? messageOf(error) : `${code}: ${messageOf(error)}`;
  const message = (text ?? described).slice(0, ERROR_CHARS_MAX);
  return { status: null, error: message, blocked: code === BLOCKED };
}

async function outcomeOf(answer: Dispatcher.ResponseData, bytesMax: number): Promise<PostOutcome> {
  const status = answer.statusCode;
  const header = answer.headers['retry-after'];
  const retryAfter = Array.isArray(header) ? header[0] : header;
  // The status is the answer; what goes wrong while its body is read changes nothing.
  if (status >= 200 && status < 300) {
    await answer.body.dump({ limit: bytesMax }).catch(() => undefined);
    return { status, retryAfter, error: null, blocked: false };
  }
  const excerpt = await readUpTo(answer.body, bytesMax).catch(() => '');
  const redirect =
    status >= 300 && status < 400 ? ' (redirects are not followed: update the URL)' : '';
  const error = `HTTP ${status}${redirect}${excerpt === '' ? '' : `: ${excerpt}`}`;
  return { status, retryAfter, error: error.slice(0, ERROR_CHARS_MAX), blocked: false };
}

async function readUpTo(body: Dispatcher.ResponseData['body'], bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the stream, so an endless answer costs no more than this.
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8').trim();
}
