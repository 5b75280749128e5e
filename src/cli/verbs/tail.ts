import type { Command, Context, Verb } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { cellOf } from '../table.ts';
import { EventFeed, type ReceivedEvent } from '../tail/event-feed.ts';
import { follow } from '../tail/follow.ts';
import { TimelineFeed, type TimelineEntry } from '../tail/timeline-feed.ts';

const LAST_DEFAULT = 10;
const LAST_MAX = 200;

const tail: Command = {
  purpose: 'watch what arrives, and with --order what happens to one order, until Ctrl-C',
  about: ['It waits out a restart of the server, and then misses and repeats nothing.'],
  flags: {
    order: { value: 'ORDER_ID', about: 'only this order: its events and its timeline' },
    connection: { value: 'NAME', about: 'the CRM connection that the order is from (crm)' },
    last: { value: 'N', about: `how many of the past to begin with (${LAST_DEFAULT})` },
    since: { value: 'INSTANT', about: 'begin there instead, such as 2026-01-17T14:32:00Z' },
  },
  examples: [
    ['crossdock tail', 'everything that arrives, from now on'],
    ['crossdock tail --order ORD-1 --json', 'one order, a JSON object for each piece of news'],
  ],
  exits: { ...ASKING_EXITS, 0: 'ended by Ctrl-C', 3: 'there was nobody to begin with' },
  run: async (context) => {
    const { flags, terminal, settings } = context;
    const orderId = flags.text('order');
    const last = flags.integer('last', { min: 0, max: LAST_MAX }) ?? LAST_DEFAULT;
    const since = instantOf(flags.text('since'));
    const signal = context.stopSignal();
    const events = new EventFeed({ orderId, last, since, ...settings.tail });
    const timeline =
      orderId === undefined
        ? undefined
        : new TimelineFeed({ orderId, connection: flags.text('connection'), last, since });
    let newest: string | undefined;
    await follow({
      context,
      signal,
      look: async (api) => {
        const [news, entries = []] = await Promise.all([events.look(api), timeline?.look(api)]);
        for (const line of inOrder(news.events, entries)) {
          tell(context, line);
          newest = line.at;
        }
        if (news.gap) terminal.say('more arrived at once than can be shown: some are left out');
      },
    });
    if (newest !== undefined) terminal.say(`to go on from here: --since ${newest}`);
    return EXIT.ok;
  },
};

type Line =
  | { at: string; event: ReceivedEvent; entry?: undefined }
  | { at: string; entry: TimelineEntry; event?: undefined };

function inOrder(events: readonly ReceivedEvent[], entries: readonly TimelineEntry[]): Line[] {
  return [
    ...events.map((event) => ({ at: event.received_at, event })),
    ...entries.map((entry) => ({ at: entry.at, entry })),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function tell({ json, terminal }: Context, { at, event, entry }: Line): void {
  if (event !== undefined) {
    if (json) terminal.emit({ news: 'event', at, ...event });
    else terminal.print(`${at}  ${eventLine(event)}`);
  } else if (json) terminal.emit({ news: 'timeline', ...entry });
  else terminal.print(`${at}  ${entry.kind}  ${entry.summary}  (${entry.cause})`);
}

function eventLine(event: ReceivedEvent): string {
  const order = event.order_id === null ? '' : `  ${event.order_id}`;
  const cause = event.cause == null ? '' : `: ${event.cause}`;
  const what = `${cellOf(event.event_type)}  ${event.connection}/${event.event_id}`;
  return `${what}${order}  ${event.status}${cause}`;
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw usage(`--since takes an instant such as 2026-01-17T14:32:00Z, not \`${text}\`.`);
}

export const tailVerb: Verb = { name: 'tail', purpose: tail.purpose, commands: [tail] };
