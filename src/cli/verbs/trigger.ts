import type { Command, Context, Verb } from '../command.ts';
import { createApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../flags.ts';
import { findInstance, type Instance } from '../instance.ts';
import { nearest } from '../nearest.ts';
import { createProgressBar } from '../progress-bar.ts';
import type { Composition } from '../trigger/compose.ts';
import { FIXTURES, SEED_ORDER_ID, type Fixture, type Webhook } from '../trigger/fixtures.ts';
import { payloadOfKnownOrder } from '../trigger/known-order.ts';
import { exitOfAll, type Sent } from '../trigger/send.ts';
import { fire } from '../trigger/salvo.ts';
import { readSetting } from '../trigger/set-path.ts';
import { Tally } from '../trigger/tally.ts';

const COUNT_MAX = 1_000_000;
const RATE_MAX = 100_000;
/** Beyond it only what was not taken gets a line of its own. */
const LINES_MAX = 20;

const SECRET_OF: Readonly<Record<Webhook, 'crm' | 'tasks' | 'wms'>> = {
  orders: 'crm',
  tasks: 'tasks',
  wms: 'wms',
};

const trigger: Command = {
  purpose:
    'send signed events to the webhooks, as the CRM, the warehouse or the task manager would',
  about: [
    'The bodies are those of the integration template pack. order.created makes a new order each',
    'time; with --order the others are filled from what Crossdock knows of that order.',
  ],
  operands: [{ name: 'TYPE', about: Object.keys(FIXTURES).join(', ') }],
  flags: {
    order: { value: 'ORDER_ID', about: 'the order that it is about' },
    set: {
      value: 'PATH=VALUE',
      many: true,
      about: 'put a value into the payload, such as items.0.qty=5; {n} is the number of the event',
    },
    count: { value: 'N', about: 'how many events (1)' },
    rate: { value: 'R', about: 'events a second; as fast as they are answered unless given' },
    duplicate: { about: 'send each one twice, byte for byte' },
    'bad-signature': { about: 'sign with a wrong secret: it has to be refused' },
  },
  examples: [
    ['crossdock trigger order.created --set items.0.qty=60', 'an order that the stock cannot fill'],
    ['crossdock trigger order.created --count 1000 --rate 50 --json', 'a load, a line for each'],
  ],
  exits: {
    0: 'every event was taken (2xx)',
    1: 'the server failed on one (5xx), or it was interrupted',
    2: 'the command line is wrong; nothing was sent',
    3: 'one found nobody there',
    5: 'one was refused (4xx), such as for its signature',
  },
  run: async (context) => {
    const { flags, settings, terminal } = context;
    const type = (context.operands['TYPE'] ?? '').toLowerCase();
    const fixture = fixtureOf(type);
    const count = flags.integer('count', { min: 1, max: COUNT_MAX }) ?? 1;
    const perSecond = flags.number('rate', { min: 0.001, max: RATE_MAX });
    for (const text of flags.list('set')) readSetting(text, 1);
    const instance = findInstance(context, { needsKey: false });
    const secret = secretOf(context, instance, fixture.webhook);
    const signal = context.stopSignal();
    const duplicate = flags.on('duplicate');
    const total = duplicate ? count * 2 : count;
    const tally = new Tally();
    const bar = total > LINES_MAX ? createProgressBar(terminal, total) : () => undefined;
    await fire({
      composition: await compositionOf(context, { instance, type, fixture }),
      door: {
        apiUrl: instance.apiUrl,
        url: `${instance.apiUrl}/webhooks/${fixture.webhook}`,
        secret,
        badSignature: flags.on('bad-signature'),
        timeoutMs: settings.callTimeoutMs,
        signal,
      },
      count,
      perSecond,
      duplicate,
      concurrencyMax: settings.triggerConcurrencyMax,
      onSent: (sent) => {
        tally.add(sent);
        tell(context, sent, total);
        bar(tally.total);
      },
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (total > 1) terminal.say(String(tally));
    if (signal.aborted) {
      terminal.say(`interrupted: ${tally.total} of ${total} were sent`);
      return EXIT.failed;
    }
    return exitOfAll(new Set(tally.statuses.keys()));
  },
};

function fixtureOf(type: string): Fixture {
  const fixture = Object.hasOwn(FIXTURES, type) ? FIXTURES[type] : undefined;
  if (fixture !== undefined) return fixture;
  const known = Object.keys(FIXTURES);
  const near = nearest(type, known);
  throw usage(
    `There is no event \`${type}\` to trigger.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    `There are ${known.join(', ')}.`,
  );
}

async function compositionOf(
  context: Context,
  { instance, type, fixture }: { instance: Instance; type: string; fixture: Fixture },
): Promise<Composition> {
  const { flags, settings, terminal } = context;
  const orderId = flags.text('order');
  if (orderId === undefined && type !== 'order.created') {
    terminal.say(`no --order given, so it is about ${SEED_ORDER_ID} of the template pack`);
  }
  const asks = orderId !== undefined && type !== 'order.created' && instance.apiKey !== '';
  const timeoutMs = settings.callTimeoutMs;
  const api = createApi({ instance, timeoutMs });
  const known = asks ? await payloadOfKnownOrder({ api, eventType: type, orderId, timeoutMs }) : {};
  return { type, fixture, orderId, known, settings: flags.list('set') };
}

function secretOf({ settings }: Context, { local }: Instance, webhook: Webhook): string {
  const name = SECRET_OF[webhook];
  const secret = local?.run.secrets.webhooks[name] ?? settings.webhookSecrets[name];
  if (secret !== undefined) return secret;
  throw usage(
    `The secret that signs for \`${name}\` is missing.`,
    `Set CROSSDOCK_WEBHOOK_SECRET_${name.toUpperCase()}, or name the instance by --data-dir.`,
  );
}

function tell({ json, terminal }: Context, sent: Sent, total: number): void {
  if (json) {
    terminal.emit(sent);
    return;
  }
  const taken = sent.status === 'accepted' || sent.status === 'duplicate';
  if (taken && total > LINES_MAX) return;
  const about = sent.order_id === null ? '' : ` for ${sent.order_id}`;
  const http = sent.http_status === null ? '' : ` (${sent.http_status})`;
  const ack = sent.ack_ms === null ? '' : ` in ${sent.ack_ms} ms`;
  const line = `${sent.event_id} ${sent.event_type}${about}: ${sent.status}${http}${ack}`;
  terminal.print([line, sent.link, sent.detail].filter((part) => part !== null).join('\n  '));
}

export const triggerVerb: Verb = {
  name: 'trigger',
  purpose: trigger.purpose,
  commands: [trigger],
};
