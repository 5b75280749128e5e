import { compileBundle, type Bundle } from '../../src/mapping/bundle.ts';
import { describeMistake } from '../../src/mapping/yaml/mistake.ts';
import { SCHEMAS } from '../../src/vocabulary/registry.ts';
import type {
  CallName,
  CallSpec,
  Capabilities,
  ConnectionKind,
  ConnectionSpec,
  Template,
} from '../../src/wiring/spec.ts';
import { createHttpClient, type HttpClient } from '../../src/connections/http.ts';

/** `/picks/{pick_id}` and `{since|epoch_s}`, as connection files write them. */
export function templateOf(text: string): Template {
  return text.split(/(\{[a-z_]+(?:\|[a-z_]+)?\})/).flatMap((part): Template[number][] => {
    const [, name, filter] = /^\{([a-z_]+)(?:\|([a-z_]+))?\}$/.exec(part) ?? [];
    if (name === undefined) return part === '' ? [] : [part];
    return [{ name, filter: (filter ?? null) as 'epoch_s' | 'epoch_ms' | null }];
  });
}

interface CallText extends Partial<Omit<CallSpec, 'method' | 'path' | 'query' | 'items'>> {
  query?: Record<string, string>;
  items?: string;
}

/** `callOf('POST /picks', {send: 'acme.order'})`. */
export function callOf(line: string, { query = {}, items, ...rest }: CallText = {}): CallSpec {
  const [method = 'GET', path = ''] = line.split(' ');
  return {
    method: method as CallSpec['method'],
    path: templateOf(path),
    query: new Map(Object.entries(query).map(([name, text]) => [name, templateOf(text)])),
    send: null,
    receive: null,
    stated: null,
    keyHeader: null,
    paging: null,
    outcomes: [],
    items: items === undefined ? null : items === '' ? [] : items.split('.'),
    ...rest,
  };
}

interface SpecText {
  name: string;
  kind: ConnectionKind;
  calls: Partial<Record<CallName, CallSpec>>;
  can?: Partial<Capabilities>;
}

export function specOf({ name, kind, calls, can = {} }: SpecText): ConnectionSpec {
  return {
    name,
    kind,
    title: `The ${name} system`,
    assumptions: [],
    url: { env: null, text: '' },
    below: '',
    auth: { kind: 'none' },
    headers: new Map(),
    rate: null,
    webhooks: null,
    calls: new Map(Object.entries(calls) as [CallName, CallSpec][]),
    can: {
      idempotentCreate: true,
      find: 'none',
      searchLagMs: 0,
      events: 'lines',
      cancel: 'lines',
      shipments: true,
      ...can,
    },
    poll: null,
    orders: { wms: null, tasks: null },
    file: `connections/${name}.yaml`,
  };
}

export function bundleOfTexts(texts: Record<string, string>): Bundle {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const result = compileBundle(files, { schemas: SCHEMAS });
  if ('bundle' in result) return result.bundle;
  throw new Error(`\n${result.errors.map(describeMistake).join('\n\n')}`);
}

export function clientTo(url: string): HttpClient {
  return createHttpClient({
    baseUrl: url,
    headers: {},
    connectTimeoutMs: 2000,
    answerBytesMax: 1_000_000,
    connectionsMax: 32,
  });
}
