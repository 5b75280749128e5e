import { createShadow, type Become, type ShadowRun } from '../bundles/shadow.ts';
import type { EventWithBody, InboxStore } from '../inbox/store.ts';
import type { StartDefaults } from '../wiring/order-start.ts';
import { becomeOf } from './become.ts';

export interface ShadowRunOptions {
  inbox: Pick<InboxStore, 'get' | 'list'>;
  defaults: StartDefaults;
  samplesMax: number;
}

/** Runs the last events of the inbox through two bundles, with nothing done and nothing sent. */
export function createShadowRun({ inbox, defaults, samplesMax }: ShadowRunOptions): ShadowRun {
  return createShadow({
    samplesMax,
    recentInputs: async (limit) => {
      const events = await recentEvents(inbox, limit);
      return events.map((event) => ({ ...event, id: event.eventId }));
    },
    become: (wiring, event) =>
      becomeOf(wiring, event, defaults).map(({ mapping, result }): Become =>
        result.ok ? { mapping, output: result.output } : { mapping, errors: result.errors },
      ),
  });
}

async function recentEvents(
  inbox: ShadowRunOptions['inbox'],
  limit: number,
): Promise<EventWithBody[]> {
  const found: EventWithBody[] = [];
  let from: number | null | undefined;
  while (found.length < limit && from !== null) {
    const page = await inbox.list({
      order: 'newest',
      limit: limit - found.length,
      ...(from === undefined ? {} : { from }),
    });
    for (const { connection, eventId } of page.items) {
      const event = await inbox.get(connection, eventId);
      if (event !== undefined) found.push(event);
    }
    from = page.next;
  }
  return found;
}
