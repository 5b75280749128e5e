import { z } from 'zod';
import { call, type CallAnswer } from './call.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Instance } from './instance.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Asked {
  method: 'GET' | 'POST';
  /** Below the address of the api, such as `/api/v1/orders`. */
  path: string;
  query?: Query;
  body?: unknown;
  /** Of a call that is to be done once, however often it is sent. */
  idempotencyKey?: string;
}

/** The operators' API of one instance. */
export interface Api {
  instance: Instance;
  /** The answer of a success; anything else is a CliError. */
  ask(asked: Asked): Promise<unknown>;
  /** Whether this server has such a route at all. */
  has(method: 'GET' | 'POST', path: string): Promise<boolean>;
}

interface ApiOptions {
  instance: Instance;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const ProblemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.looseObject({ pointer: z.string(), detail: z.string() })).optional(),
});

const PathsSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export function createApi({ instance, timeoutMs, signal }: ApiOptions): Api {
  const { apiUrl, apiKey } = instance;
  const send = ({ method, path, query, body, idempotencyKey }: Asked): Promise<CallAnswer> =>
    call({
      method,
      url: apiUrl + path + queryText(query ?? {}),
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      signal,
    });
  let paths: Promise<z.infer<typeof PathsSchema> | undefined> | undefined;
  const has: Api['has'] = async (method, path) => {
    paths ??= send({ method: 'GET', path: '/openapi.json' }).then(
      (answer) => PathsSchema.safeParse(answer.json).data,
    );
    const document = await paths;
    // A server that does not describe itself cannot say that it lacks anything.
    if (document === undefined) return true;
    return Object.entries(document.paths).some(
      ([template, methods]) => method.toLowerCase() in methods && patternOf(template).test(path),
    );
  };
  return {
    instance,
    has,
    ask: async (asked) => {
      const answer = await send(asked).catch((error: unknown) => {
        throw unanswered(error, asked);
      });
      if (answer.status >= 200 && answer.status < 300 && answer.json !== undefined) {
        return answer.json;
      }
      if (answer.status === 404 && !(await has(asked.method, asked.path))) {
        throw lacking(asked, apiUrl);
      }
      throw refusal(asked, answer);
    },
  };
}

function queryText(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? '' : `?${given.toString()}`;
}

function patternOf(template: string): RegExp {
  const escaped = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
}

function lacking({ method, path }: Asked, apiUrl: string): CliError {
  return new CliError(
    EXIT.notFound,
    'not-supported',
    `The server at ${apiUrl} does not have ${method} ${path}: this command needs a newer Crossdock.`,
    { hint: `${apiUrl}/openapi.json lists what it has.` },
  );
}

/** A call that may have been done is sent again under its key. */
function unanswered(error: unknown, { idempotencyKey }: Asked): unknown {
  if (!(error instanceof CliError) || idempotencyKey === undefined) return error;
  const hint = [error.hint, againWith(idempotencyKey)].filter(Boolean).join(' ');
  return new CliError(error.exit, error.code, error.message, { hint, cause: error });
}

function againWith(key: string): string {
  return `The same again, done once: --idempotency-key ${key}`;
}

/** The server's own words, and the exit code that its status stands for. */
function refusal({ method, path, idempotencyKey }: Asked, answer: CallAnswer): CliError {
  const parsed = ProblemSchema.safeParse(answer.json);
  const exit = exitOf(answer.status);
  if (!parsed.success) {
    const what = `${method} ${path} answered ${answer.status} with something that is not Crossdock's`;
    return new CliError(exit, `http-${answer.status}`, `${what}: ${answer.text.slice(0, 200)}`);
  }
  const problem = parsed.data;
  const { type, title, status, detail, instance, errors = [], ...members } = problem;
  const fields = errors.map((field) => `${field.pointer} ${field.detail}`);
  const state = Object.entries(members).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return new CliError(
    exit,
    type.split('/').at(-1) ?? 'problem',
    [`${title} (${answer.status}): ${detail}`, ...fields, ...state].join('\n  '),
    {
      problem,
      ...(answer.status >= 500 && idempotencyKey !== undefined
        ? { hint: againWith(idempotencyKey) }
        : {}),
    },
  );
}

export function exitOf(status: number): ExitCode {
  if (status >= 200 && status < 300) return EXIT.ok;
  if (status === 404) return EXIT.notFound;
  return status >= 400 && status < 500 ? EXIT.refused : EXIT.failed;
}
