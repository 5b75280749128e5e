import { Agent, request, type Dispatcher } from 'undici';
import { messageOf } from '../errors.ts';
import type { DeliveryPolicy } from './policy.ts';
import type { AttemptOutcome } from './retry.ts';

interface PostInput {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Cuts the attempt when the process stops. */
  signal: AbortSignal;
}

export interface PostOutcome extends AttemptOutcome {
  error: string | null;
}

export interface Poster {
  /** Makes one attempt; never throws and never follows a redirect. */
  post(input: PostInput): Promise<PostOutcome>;
  close(): Promise<void>;
}

/** Characters of an answer or a failure that the log keeps. */
const ERROR_CHARS_MAX = 500;

/** The one HTTP client of a delivery; `undici.request` neither follows redirects nor inflates. */
export function createPoster(policy: DeliveryPolicy): Poster {
  const agent = new Agent({
    connections: policy.concurrencyMax,
    connect: { timeout: policy.connectTimeoutMs },
  });
  return {
    post: (input) => attempt({ input, policy, agent }),
    close: () => agent.destroy(),
  };
}

interface AttemptInput {
  input: PostInput;
  policy: DeliveryPolicy;
  agent: Agent;
}

async function attempt({ input, policy, agent }: AttemptInput): Promise<PostOutcome> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), policy.requestTimeoutMs);
  const cut = () => timeout.abort();
  input.signal.addEventListener('abort', cut, { once: true });
  try {
    const answer = await request(input.url, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        ...input.headers,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'crossdock-webhooks/1',
      },
      body: input.body,
      signal: timeout.signal,
    });
    return await outcomeOf(answer, policy.responseBytesMax);
  } catch (error) {
    const late = timeout.signal.aborted && !input.signal.aborted;
    const text = late ? `no answer within ${policy.requestTimeoutMs} ms` : describe(error);
    return { status: null, error: text.slice(0, ERROR_CHARS_MAX) };
  } finally {
    clearTimeout(timer);
    input.signal.removeEventListener('abort', cut);
  }
}

async function outcomeOf(answer: Dispatcher.ResponseData, bytesMax: number): Promise<PostOutcome> {
  const status = answer.statusCode;
  const header = answer.headers['retry-after'];
  const retryAfter = Array.isArray(header) ? header[0] : header;
  // The status is the answer; what goes wrong while its body is read changes nothing.
  if (status >= 200 && status < 300) {
    await answer.body.dump({ limit: bytesMax }).catch(() => undefined);
    return { status, retryAfter, error: null };
  }
  const excerpt = await readUpTo(answer.body, bytesMax).catch(() => '');
  const redirect =
    status >= 300 && status < 400 ? ' (redirects are not followed: update the URL)' : '';
  const error = `HTTP ${status}${redirect}${excerpt === '' ? '' : `: ${excerpt}`}`;
  return { status, retryAfter, error: error.slice(0, ERROR_CHARS_MAX) };
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

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? `${String(error.code)}: ` : '';
  return code + messageOf(error);
}
