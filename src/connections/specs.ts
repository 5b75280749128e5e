import { DEFAULT_CRM } from '../domain/ids.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { ConnectionKind, ConnectionSpec } from '../wiring/spec.ts';

/**
 * A connection as a bundle knows it. A further CRM without a file of its own, whose address the
 * settings give, speaks like the default one.
 */
export function specIn(
  { connections }: Pick<Wiring, 'connections'>,
  { name, kind }: { name: string; kind: ConnectionKind },
  crmUrls: Readonly<Record<string, string>>,
): ConnectionSpec | undefined {
  const own = connections.get(name);
  if (own?.kind === kind) return own;
  const url = kind === 'crm' && Object.hasOwn(crmUrls, name) ? crmUrls[name] : undefined;
  const like = connections.get(DEFAULT_CRM);
  if (url === undefined || like?.kind !== 'crm') return undefined;
  return { ...like, name, url: { env: null, text: url }, below: '' };
}

/** What decides on the link: the same text, the same link. */
export function transportOf({ url, below, auth, headers, rate, calls }: ConnectionSpec): string {
  const send = auth.kind === 'login' ? [...auth.send] : [];
  return JSON.stringify([url, below, auth, send, [...headers], rate, calls.get('alive')]);
}
