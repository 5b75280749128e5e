import { createTaskWords, requestPickWords } from '../connections/vendor/words.ts';
import { beginOrder } from '../domain/begin.ts';
import type { Command } from '../domain/commands.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import { reduce } from '../domain/reduce.ts';
import type { MapResult } from '../mapping/compile/mapping.ts';
import { normaliseEvent, type KeptEvent } from '../normalise/normalise-event.ts';
import { specOf } from '../normalise/spec-of.ts';
import type { Wiring } from '../wiring/compile.ts';
import { orderStart, type StartDefaults } from '../wiring/order-start.ts';
import type { CallName, ConnectionKind } from '../wiring/spec.ts';

/** A mapping that an event goes through on its way, with what goes in. */
export interface ShadowStep {
  mapping: string;
  input: unknown;
  result: MapResult;
}

/**
 * All that a stored event becomes under a wiring, without any effect: the input of its order and,
 * for a new order, the commands that the core would answer it with, in each system's words.
 */
export function becomeOf(
  wiring: Wiring,
  kept: KeptEvent,
  defaults: StartDefaults,
): readonly ShadowStep[] {
  const event = specOf(wiring, kept)?.webhooks?.events.get(kept.eventType);
  const mapping = event === undefined ? undefined : wiring.bundle.mappings.get(event.map);
  if (mapping === undefined) return [];
  const parsed = mapping.source.safeParse(jsonOf(kept.body));
  if (!parsed.success) return [];
  const first = {
    mapping: mapping.name,
    input: parsed.data,
    result: wiring.bundle.map(mapping.name, parsed.data),
  };
  if (!first.result.ok) return [first];
  const normalised = normaliseEvent(wiring, kept);
  if (normalised?.to !== 'order' || normalised.input.type !== 'order_created') return [first];
  const { order, input } = normalised;
  return [first, ...commandsOf(wiring, { order, input }, defaults)];
}

function commandsOf(
  wiring: Wiring,
  { order, input }: { order: OrderAddress; input: OrderInput },
  defaults: StartDefaults,
): ShadowStep[] {
  const start = orderStart(wiring, order.connection, defaults);
  const at = input.receivedAt;
  const state = beginOrder({ order, ...start }, at);
  const { commands } = reduce(state, { type: 'fact', fact: input }, at);
  return commands.flatMap((command) => {
    const sent = sentAs(command, order);
    if (sent === null) return [];
    const spec = specOf(wiring, { connection: start[sent.kind], kind: sent.kind });
    const mapping = spec?.calls.get(sent.call)?.send;
    if (mapping == null) return [];
    return { mapping, input: sent.words, result: wiring.bundle.map(mapping, sent.words) };
  });
}

interface Sent {
  kind: Exclude<ConnectionKind, 'crm'>;
  call: CallName;
  words: unknown;
}

/** The commands that a new order is answered with; the others need answers that nobody has here. */
function sentAs(command: Command, order: OrderAddress): Sent | null {
  switch (command.kind) {
    case 'create_task':
      return { kind: 'tasks', call: 'create_task', words: createTaskWords(command, order) };
    case 'request_pick':
      return { kind: 'wms', call: 'request_pick', words: requestPickWords(command, order) };
    default:
      return null;
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
