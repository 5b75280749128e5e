import type { AuthSpec, ConnectionSpec, Setting, Template } from '../../wiring/spec.ts';
import { profileNameOf } from '../../verification/profiles.ts';

/** A connection as pairs of a name and its words. */
export function describeConnection(spec: ConnectionSpec): [string, string][] {
  const { name, kind, title, url, below, auth, webhooks, can, poll, rate } = spec;
  const events = [...(webhooks?.events.values() ?? [])];
  return [
    ['connection', `${name}, of kind ${kind}: ${title}`],
    ['file', spec.file],
    ['url', `${settingText(url)}${below}`],
    ['auth', auth.kind],
    ['waits for', variablesOf(spec).join(', ') || 'no variable'],
    [
      'rate',
      rate === null ? 'no limit of its own' : `${rate.perSecond} a second, ${rate.burst} at once`,
    ],
    ['creates', `${can.idempotentCreate ? 'by key, ' : ''}found by ${can.find}`],
    ['events', can.events],
    ['cancels', can.cancel],
    ['ends at', can.shipments ? 'shipped' : 'picked'],
    [
      'poll',
      poll === null
        ? 'the preset'
        : `after ${poll.firstMs / 1000} s, at most every ${poll.maxMs / 1000} s`,
    ],
    [
      'webhooks',
      webhooks === null ? 'none' : `/webhooks/${name}, profile ${profileNameOf(webhooks.profile)}`,
    ],
    ...events.map(({ type, map, meaning }): [string, string] => [
      `event ${type}`,
      `${map} -> ${meaning}`,
    ]),
    ...[...spec.calls].map(([call, { method, path, send, receive }]): [string, string] => [
      `call ${call}`,
      [
        `${method} ${templateText(path)}`,
        ...(send === null ? [] : [`sends ${send}`]),
        ...(receive === null ? [] : [`reads ${receive}`]),
      ].join(', '),
    ]),
    ...spec.assumptions.map(({ says, so }): [string, string] => ['assumes', `${so} (${says})`]),
  ];
}

/** Variables that have to be set before it can be used. */
export function variablesOf({ url, auth, headers, webhooks }: ConnectionSpec): string[] {
  const settings = [url, ...headers.values(), ...(webhooks?.secrets ?? []), ...settingsOf(auth)];
  const names = settings.flatMap(({ env, text }) => (env === null || text !== null ? [] : [env]));
  return [...new Set(names)];
}

function settingsOf(auth: AuthSpec): Setting[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'header':
      return [auth.value];
    case 'bearer':
      return [auth.token];
    case 'basic':
      return [auth.user, auth.password];
    case 'oauth2':
      return [auth.tokenUrl, auth.clientId, auth.clientSecret];
    case 'login':
      return [...auth.send.values()];
  }
}

function settingText({ env, text }: Setting): string {
  if (env === null) return text ?? '';
  return text === null ? `$${env}` : `$${env} (${text} unless set)`;
}

function templateText(template: Template): string {
  return template
    .map((part) =>
      typeof part === 'string'
        ? part
        : `{${part.name}${part.filter === null ? '' : `|${part.filter}`}}`,
    )
    .join('');
}
