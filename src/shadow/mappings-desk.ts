import type { MappingsPort, PreviewView } from '../api/mappings-port.ts';
import type { BundleDesk } from '../bundles/desk.ts';
import type { ShadowRun } from '../bundles/shadow.ts';
import type { WiringCache } from '../bundles/wiring-cache.ts';
import { AppError } from '../errors.ts';
import type { InboxStore } from '../inbox/store.ts';
import { describeMistake } from '../mapping/yaml/mistake.ts';
import { compileWiring, type Wiring } from '../wiring/compile.ts';
import type { StartDefaults } from '../wiring/order-start.ts';
import type { ConnectionSpec } from '../wiring/spec.ts';
import { compareSteps, eventOf, lastStatementOf, previewEvent, previewInput } from './preview.ts';

export interface MappingsDeskOptions {
  desk: BundleDesk;
  cache: WiringCache;
  shadow: ShadowRun;
  inbox: Pick<InboxStore, 'get' | 'list'>;
  defaults: StartDefaults;
  /** Variables that a connection waits for. */
  missingOf(spec: ConnectionSpec): readonly string[];
}

/** What operators see of the mappings and do with them. */
export function createMappingsDesk(options: MappingsDeskOptions): MappingsPort {
  const { desk, shadow } = options;
  const wiringOf = (hash: string | undefined): Promise<Wiring> => storedOr(options, hash);
  return {
    status() {
      const { active, state, since, held, candidate } = desk.status();
      const { bundle, connections } = desk.active();
      return {
        ...{ active, state, since, held, candidate },
        mappings: [...bundle.mappings.values()].map(({ name, version, from, to }) => {
          return { name, version, from, to };
        }),
        connections: [...connections.values()].map((spec) => {
          const missing = [...options.missingOf(spec)];
          const { name, kind, title } = spec;
          return { name, kind, title, state: missing.length === 0 ? 'on' : 'off', missing };
        }),
      };
    },
    history: (ask) => desk.history(ask),
    files: (hash) => desk.get(hash)?.files,
    preview: async (ask) => preview(await wiringOf(ask.bundle), ask, options),
    async diff({ from, to, last, files }) {
      const before = await wiringOf(from);
      const after = files === undefined ? await wiringOf(to) : compiled(files);
      return shadow(before, after, last);
    },
    async compareOrder({ connection, orderId, from, to }) {
      const event = await lastStatementOf(options.inbox, { connection, orderId });
      const before = await options.cache.get(from);
      const after = await wiringOf(to);
      const stepsOf = (wiring: Wiring | undefined) =>
        wiring === undefined ? [] : previewEvent(wiring, event, options.defaults);
      return compareSteps(stepsOf(before), stepsOf(after));
    },
    activate({ bundle, accept, by, note }) {
      const accepted = bundle ?? desk.status().candidate?.hash ?? undefined;
      const ask = {
        by,
        ...(accept && accepted !== undefined ? { accept: accepted } : {}),
        ...(note === undefined ? {} : { note }),
      };
      return bundle === undefined
        ? desk.reload('asked for by an operator', ask)
        : desk.activate(bundle, ask);
    },
    rollback: ({ by, note }) => desk.rollback(note === undefined ? { by } : { by, note }),
  };
}

async function storedOr(
  { desk, cache }: MappingsDeskOptions,
  hash: string | undefined,
): Promise<Wiring> {
  if (hash === undefined) return desk.active();
  const wiring = await cache.get(hash);
  if (wiring !== undefined) return wiring;
  throw new AppError(
    'not-found',
    `There is no bundle ${hash} here. GET /api/v1/mappings/history names those that have served.`,
    { problem: 'bundle-not-found' },
  );
}

async function preview(
  wiring: Wiring,
  ask: Parameters<MappingsPort['preview']>[0],
  { inbox, defaults }: MappingsDeskOptions,
): Promise<PreviewView> {
  const { mapping, input, eventId, orderId, connection } = ask;
  if (mapping !== undefined) {
    return { bundle: wiring.hash, event: null, steps: [previewInput(wiring, mapping, input)] };
  }
  const event =
    eventId === undefined
      ? await lastStatementOf(inbox, { connection, orderId: orderId ?? '' })
      : await eventOf(inbox, {
          connections: connection === undefined ? [...wiring.connections.keys()] : [connection],
          eventId,
        });
  return {
    bundle: wiring.hash,
    event: {
      connection: event.connection,
      eventId: event.eventId,
      eventType: event.eventType,
    },
    steps: previewEvent(wiring, event, defaults),
  };
}

/** Files that a person is working on; refused with everything that is wrong with them. */
function compiled(files: Parameters<typeof compileWiring>[0]): Wiring {
  const result = compileWiring(files);
  if ('wiring' in result) return result.wiring;
  throw new AppError('validation', 'The mappings have mistakes, so nothing was compared.', {
    problem: 'mappings-broken',
    issues: result.errors.map((mistake) => ({
      pointer: `/files/${mistake.file}`,
      detail: describeMistake(mistake),
    })),
  });
}
