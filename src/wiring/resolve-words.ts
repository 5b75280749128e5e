import type { z } from 'zod';
import type { Bundle } from '../mapping/bundle.ts';
import type { Mapping } from '../mapping/compile/mapping.ts';
import { findSlot } from '../mapping/shape/find.ts';
import { nearest } from '../mapping/shape/nearest.ts';
import type { Segment } from '../mapping/shape/path.ts';
import { slotOf } from '../mapping/shape/zod-shape.ts';
import type { Mistakes } from '../mapping/yaml/mistake.ts';
import { ENDS, MEANINGS_OF } from './ends.ts';
import type { DraftCall } from './read-call.ts';
import type { Placed } from './read-parts.ts';
import type { DraftEvent } from './read-webhooks.ts';
import type { CallSpec, ConnectionKind, EventMeaning, EventSpec } from './spec.ts';

export interface Against {
  maps: Bundle['mappings'];
  schemas: Bundle['schemas'];
  mistakes: Mistakes;
  kind: ConnectionKind;
}

/** Holds a call against the mappings that it names. */
export function resolveCall(draft: DraftCall, against: Against): CallSpec {
  const { name, place, send, receive, stated, ...call } = draft;
  const ends = ENDS[name];
  mappingOf(send, against, {
    key: 'send',
    end: 'from',
    allowed: ends.send === null ? [] : [ends.send],
  });
  mappingOf(receive, against, { key: 'receive', end: 'to', allowed: ends.receive });
  mappingOf(stated, against, {
    key: 'stated',
    end: 'to',
    allowed: ends.stated === undefined ? [] : [ends.stated],
  });
  const unread = (key: string): void => {
    const message = `The call ${name} needs ${key}: the mapping that reads its answer.`;
    against.mistakes.add(place, { code: 'required', message });
  };
  if (ends.reads && receive === null) unread('receive');
  if (name.startsWith('list_') && call.items === null) {
    const message = `The call ${name} needs items: the path of the list in its answer, or . for the answer itself.`;
    against.mistakes.add(place, { code: 'required', message });
  }
  if (ends.stated !== undefined && stated === null) unread('stated');
  return { ...call, send: valueOf(send), receive: valueOf(receive), stated: valueOf(stated) };
}

interface Wanted {
  key: string;
  /** Which end of the mapping is ours. */
  end: 'from' | 'to';
  allowed: readonly string[];
}

function mappingOf(
  name: Placed<string> | null,
  { maps, mistakes }: Against,
  { key, end, allowed }: Wanted,
): Mapping | null {
  if (name === null) return null;
  const mapping = maps.get(name.value);
  if (mapping === undefined) {
    const message = `There is no mapping ${name.value}.`;
    const suggestion = nearest(name.value, [...maps.keys()]);
    mistakes.add(name.place, { code: 'unknown-name', message, suggestion });
    return null;
  }
  if (allowed.includes(mapping[end])) return mapping;
  const wanted = allowed.length === 0 ? 'no mapping' : `one ${end} ${allowed.join(' or ')}`;
  const message = `${key}: takes ${wanted}; ${name.value} is ${mapping.from} -> ${mapping.to}.`;
  mistakes.add(name.place, { code: 'type', message });
  return null;
}

/** Holds an event against its mapping, which says what it means; null when a mistake was added. */
export function resolveEvent(draft: DraftEvent, against: Against): EventSpec | null {
  const { place, mapPlace, orderId, reference, onlyPaths, ...event } = draft;
  const allowed = MEANINGS_OF[against.kind];
  const named = { value: event.map, place: mapPlace };
  const mapping = mappingOf(named, against, { key: 'map', end: 'to', allowed });
  const meaning = allowed.find((each) => each === mapping?.to);
  if (mapping === null || meaning === undefined) return null;
  for (const path of [orderId, reference, ...onlyPaths]) {
    if (path !== null) checkPath(path, mapping, against.mistakes);
  }
  if (!isAddressed(meaning, draft)) {
    const message = `The event ${event.type} needs order: {id: path}, so that it finds its order.`;
    against.mistakes.add(place, { code: 'required', message });
  }
  return { ...event, meaning, orderId: valueOf(orderId), reference: valueOf(reference) };
}

/** Only what concerns a pick is found by our reference alone; stock concerns no order. */
function isAddressed(meaning: EventMeaning, { orderId, reference }: DraftEvent): boolean {
  if (meaning === 'stock.risen' || orderId !== null) return true;
  return meaning.startsWith('pick.') && reference !== null;
}

function valueOf<Value>(placed: Placed<Value> | null): Value | null {
  return placed === null ? null : placed.value;
}

/** A path that none of the schemas of a sender's events has is most likely a typo. */
export function checkNamePaths(
  paths: readonly Placed<readonly string[]>[],
  sources: readonly { name: string; schema: z.ZodType }[],
  mistakes: Mistakes,
): void {
  const [first] = sources;
  if (first === undefined) return;
  for (const path of paths) {
    if (sources.some((source) => findIn(path.value, source).ok)) continue;
    const found = findIn(path.value, first);
    if (found.ok) continue;
    const { message, suggestion } = found;
    mistakes.add(path.place, { code: 'unknown-path', message, suggestion });
  }
}

function checkPath(
  path: Placed<readonly string[]>,
  { source, from }: Mapping,
  mistakes: Mistakes,
): void {
  const found = findIn(path.value, { name: from, schema: source });
  if (found.ok) return;
  const { message, suggestion } = found;
  mistakes.add(path.place, { code: 'unknown-path', message, suggestion });
}

function findIn(path: readonly string[], { name, schema }: { name: string; schema: z.ZodType }) {
  const segments = path.map((key): Segment =>
    /^-?\d+$/.test(key) ? { index: Number(key) } : { key },
  );
  return findSlot(slotOf(schema, 'source'), segments, { name, open: true });
}

/** The name of a schema that there is, or null after a mistake. */
export function resolveSchema(
  name: Placed<string> | null,
  { schemas, mistakes }: Against,
): string | null {
  if (name === null || schemas.has(name.value)) return valueOf(name);
  const message = `There is no schema ${name.value}.`;
  const suggestion = nearest(name.value, [...schemas.keys()]);
  mistakes.add(name.place, { code: 'unknown-name', message, suggestion });
  return null;
}
