import { AppError } from '../errors.ts';
import type { EventWithBody, InboxStore } from '../inbox/store.ts';
import { differencesOf } from '../mapping/compare.ts';
import { explain } from '../mapping/explain.ts';
import { orderLane } from '../normalise/lane.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { StartDefaults } from '../wiring/order-start.ts';
import { becomeOf } from './become.ts';

type Inbox = Pick<InboxStore, 'get' | 'list'>;

/** One mapping on the way, with how each field came about. */
export function explained(wiring: Wiring, name: string, input: unknown) {
  const { version, result, fields } = explain(wiring.bundle, name, { input });
  return {
    mapping: name,
    version,
    ok: result.ok,
    ...(result.ok ? { output: result.output } : {}),
    errors: result.ok ? [] : result.errors,
    fields,
  };
}

/** An input of the caller's, which has to pass the mapping's source schema first. */
export function previewInput(wiring: Wiring, name: string, input: unknown) {
  const { source, from } = wiring.bundle.mapping(name);
  const parsed = source.safeParse(input);
  if (parsed.success) return explained(wiring, name, parsed.data);
  throw new AppError('validation', `The input is no ${from}, so nothing was mapped.`, {
    issues: parsed.error.issues.map(({ path, message }) => ({
      pointer: ['/input', ...path.map(String)].join('/'),
      detail: message,
    })),
  });
}

/** All that a stored event becomes: the input of its order, and the commands of a new one. */
export function previewEvent(wiring: Wiring, event: EventWithBody, defaults: StartDefaults) {
  return becomeOf(wiring, event, defaults).map(({ mapping, input }) =>
    explained(wiring, mapping, input),
  );
}

export async function eventOf(
  inbox: Inbox,
  { connections, eventId }: { connections: readonly string[]; eventId: string },
): Promise<EventWithBody> {
  for (const name of connections) {
    const event = await inbox.get(name, eventId);
    if (event !== undefined) return event;
  }
  throw new AppError('not-found', `No event ${eventId} is stored, so nothing was mapped.`);
}

/** The last event that the CRM sent for an order. */
export async function lastStatementOf(
  inbox: Inbox,
  { connection = 'crm', orderId }: { connection: string | undefined; orderId: string },
): Promise<EventWithBody> {
  const lanes = [orderLane({ connection, orderId })];
  const { items } = await inbox.list({ lanes, order: 'newest', limit: 200 });
  const named = items.find((event) => event.kind === 'crm');
  const event = named && (await inbox.get(named.connection, named.eventId));
  if (event !== undefined) return event;
  throw new AppError(
    'not-found',
    `The inbox holds no event of the order ${orderId} from ${connection}: it is older than the inbox remembers, or was found by asking the CRM. Nothing was mapped.`,
  );
}

type Steps = ReturnType<typeof previewEvent>;

/** What two bundles make of one event, step by step; equal steps are left out. */
export function compareSteps(before: Steps, after: Steps) {
  const count = Math.max(before.length, after.length);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const [was, is] = [before[index], after[index]];
    const differences = differencesOf(was?.output ?? was?.errors, is?.output ?? is?.errors);
    const mapping = is?.mapping ?? was?.mapping ?? '';
    return differences.length === 0 ? [] : [{ mapping, differences }];
  });
}
