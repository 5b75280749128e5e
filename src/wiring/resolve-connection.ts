import type { Bundle } from '../mapping/bundle.ts';
import type { Mistakes } from '../mapping/yaml/mistake.ts';
import type { Place } from '../mapping/yaml/node.ts';
import { REQUIRED_CALLS } from './ends.ts';
import type { DraftCall } from './read-call.ts';
import type { DraftConnection } from './read-connection.ts';
import type { DraftWebhooks } from './read-webhooks.ts';
import {
  checkNamePaths,
  resolveCall,
  resolveEvent,
  resolveSchema,
  type Against,
} from './resolve-words.ts';
import type { CallSpec, Capabilities, ConnectionSpec, WebhooksSpec } from './spec.ts';

/** Holds a connection against the mappings that it names, and derives what it can do. */
export function resolveConnection(
  draft: DraftConnection,
  { mappings: maps, schemas }: Pick<Bundle, 'mappings' | 'schemas'>,
  mistakes: Mistakes,
): ConnectionSpec {
  const { place, can, routes: _routes, calls: drafts, webhooks: draftWebhooks, ...rest } = draft;
  const against: Against = { maps, schemas, mistakes, kind: draft.kind };
  for (const name of REQUIRED_CALLS[draft.kind]) {
    if (drafts.some((call) => call.name === name)) continue;
    const message = `calls: needs ${name}, without which a ${draft.kind} cannot serve an order.`;
    mistakes.add(place, { code: 'required', message });
  }
  const calls = new Map(drafts.map((call) => [call.name, resolveCall(call, against)]));
  const webhooks = draftWebhooks === null ? null : resolveWebhooks(draftWebhooks, against);
  const spec = { ...rest, webhooks, calls };
  const derived = { ...capabilitiesOf(spec), ...withoutPlace(can) };
  checkCapabilities(derived, { drafts, place: can.place, mistakes });
  return { ...spec, can: derived };
}

function resolveWebhooks({ paths, ...draft }: DraftWebhooks, against: Against): WebhooksSpec {
  const envelope = resolveSchema(draft.envelope, against);
  const events = draft.events.flatMap((event) => resolveEvent(event, against) ?? []);
  const schema = envelope === null ? undefined : against.schemas.get(envelope);
  const sources = events.flatMap(({ map }) => against.maps.get(map) ?? []);
  checkNamePaths(
    paths,
    envelope !== null && schema !== undefined
      ? [{ name: envelope, schema }]
      : sources.map(({ from, source }) => ({ name: from, schema: source })),
    against.mistakes,
  );
  return { ...draft, envelope, events: new Map(events.map((event) => [event.type, event])) };
}

function withoutPlace({ place: _, ...can }: DraftConnection['can']): Partial<Capabilities> {
  return can;
}

/** What the calls and events of a file show of the vendor, unless `can` says otherwise. */
function capabilitiesOf({
  calls,
  webhooks,
}: Pick<ConnectionSpec, 'calls' | 'webhooks'>): Capabilities {
  const meanings = [...(webhooks?.events.values() ?? [])].map(({ meaning }) => meaning);
  const events = meanings.includes('pick.reported')
    ? 'lines'
    : meanings.includes('pick.touched')
      ? 'headers'
      : 'none';
  return {
    idempotentCreate: (calls.get('request_pick') ?? calls.get('create_task'))?.keyHeader != null,
    find: calls.has('find_pick') ? 'reference' : 'none',
    searchLagMs: 0,
    events,
    cancel: cancelOf(calls.get('cancel_pick')),
    shipments: false,
  };
}

/** A call without a body cannot name lines. */
function cancelOf(call: CallSpec | undefined): Capabilities['cancel'] {
  if (call === undefined) return 'none';
  return call.send === null ? 'whole' : 'lines';
}

function checkCapabilities(
  can: Capabilities,
  { drafts, place, mistakes }: { drafts: readonly DraftCall[]; place: Place; mistakes: Mistakes },
): void {
  const has = (name: string): boolean => drafts.some((call) => call.name === name);
  if (can.find !== 'none' && !has('find_pick')) {
    const message = `create: ${can.find} needs the call find_pick.`;
    mistakes.add(place, { code: 'required', message });
  }
  const cancel = drafts.find((call) => call.name === 'cancel_pick');
  if (can.cancel === 'lines' && cancel?.send === null) {
    const message =
      'cancel: lines needs send: in the call cancel_pick, which names the lines; without it write cancel: whole.';
    mistakes.add(cancel.place, { code: 'required', message });
  }
  if (can.cancel !== 'none' && !has('cancel_pick')) {
    const message = `cancel: ${can.cancel} needs the call cancel_pick.`;
    mistakes.add(place, { code: 'required', message });
  }
}
