import type { WorkerConfig } from '../config/worker.ts';
import { systemOf, type Command } from '../domain/commands.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { Route } from '../domain/route.ts';
import type { Logger } from '../logger.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { ConnectionKind, ConnectionSpec } from '../wiring/spec.ts';
import type { Connector } from './attempt.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { createLink, type Link, type LinkSettings } from './link.ts';
import { bundleMissing, connectionMissing, connectionOff } from './refusing.ts';
import { specIn, transportOf } from './specs.ts';
import type { Vendor } from './vendor/ask.ts';
import { createVendorConnector } from './vendor/create-connector.ts';
import { createVendorReader, type VendorReader } from './vendor/reader.ts';

export interface Connection {
  name: string;
  connector: Connector;
  circuit: Circuit;
}

/** The outside systems that orders are served by. */
export interface Connections {
  /** The connection that a command of this order goes to, in the words of the order's bundle. */
  of(command: Command, order: OrderAddress, route: Route): Connection | Promise<Connection>;
}

interface Asked {
  name: string;
  kind: ConnectionKind;
}

/** What holds now; another call may answer otherwise. */
export interface Today {
  /** Hash of the bundle that serves. */
  bundle: string;
  /** Connections that can be called, and where. */
  connections: readonly { spec: ConnectionSpec; address: string }[];
}

/** The connections of a worker, whose limits other callers in the process share. */
export interface SharedConnections extends Connections {
  today(): Today;
  /**
   * A system in the words of that bundle and of no other, by a client that gives way to the commands
   * of orders; undefined when the bundle is not stored, or has no such connection.
   */
  vendor(ask: Asked & { bundle: string }): Promise<Vendor | undefined>;
  /** Units of a SKU that a warehouse can promise; undefined when it cannot be asked. */
  stockOf(
    wms: string,
    sku: string,
    timeoutMs: number,
  ): ReturnType<VendorReader['stock']> | undefined;
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  config: Pick<WorkerConfig, 'connections' | 'calls'>;
  wirings: {
    /** What serves now. */
    active(): Wiring;
    /** Undefined for a bundle that is not stored. */
    get(hash: string): Promise<Wiring | undefined>;
  };
  /** The texts that a file's settings stand for, or the variables that are not set. */
  settingsOf(spec: ConnectionSpec): LinkSettings | { missing: readonly string[] };
  linkTo(actionId: string): string;
  /** Bytes of a page of a listing that are read; those of any answer when absent. */
  listingBytesMax?: number;
  log: Logger;
  random?: () => number;
}

export function createConnections(options: ConnectionsOptions): SharedConnections {
  const { config, wirings, linkTo } = options;
  const { crmUrls } = config.connections;
  const links = createLinks(options);
  const connectors = new Map<string, Connector>();
  /** Of what is never sent: it has nothing to open for. */
  const nowhere = createCircuit({
    name: 'nowhere',
    settings: config.calls.circuit,
    now: Date.now,
    random: options.random ?? Math.random,
    onChange: () => undefined,
    read: () => Promise.resolve(true),
  });

  /** How it is reached is of today, also for an order that speaks in older words. */
  const linkOf = (asked: Asked, spec: ConnectionSpec) => {
    const wiring = wirings.active();
    const today = specIn(wiring, asked, crmUrls) ?? spec;
    return links.of(today, wiring);
  };
  const vendorOf = (
    client: 'behind' | 'beside',
    asked: Asked,
    wiring: Wiring | undefined,
  ): Vendor | undefined => {
    const spec = wiring === undefined ? undefined : specIn(wiring, asked, crmUrls);
    const link = spec === undefined ? undefined : linkOf(asked, spec);
    if (wiring === undefined || spec === undefined) return undefined;
    if (link === undefined || 'missing' in link) return undefined;
    return { spec, maps: wiring.bundle, http: link[client] };
  };
  const connectorOf = (spec: ConnectionSpec, wiring: Wiring, link: NumberedLink): Connector => {
    const key = `${spec.name} ${link.id} ${wiring.hash}`;
    const { bundle: maps } = wiring;
    const connector =
      connectors.get(key) ?? createVendorConnector({ spec, maps, http: link.commands, linkTo });
    keep(connectors, key, connector);
    return connector;
  };

  return {
    today: () => todayOf(options),
    vendor: async ({ bundle, ...asked }) => vendorOf('behind', asked, await wirings.get(bundle)),
    stockOf(wms, sku, timeoutMs) {
      const vendor = vendorOf('beside', { name: wms, kind: 'wms' }, wirings.active());
      if (vendor?.spec.calls.has('read_stock') !== true) return undefined;
      return createVendorReader({ ...vendor, timeoutMs }).stock(sku);
    },
    async of(command, order, route) {
      const kind = systemOf(command);
      const name = kind === 'crm' ? order.connection : route[kind];
      const refusing = (connector: Connector): Connection => {
        return { name, connector, circuit: nowhere };
      };
      const wiring = await wirings.get(route.mappingBundle);
      if (wiring === undefined) return refusing(bundleMissing(route.mappingBundle));
      const spec = specIn(wiring, { name, kind }, crmUrls);
      if (spec === undefined) return refusing(connectionMissing(name, route.mappingBundle));
      const link = linkOf({ name, kind }, spec);
      if ('missing' in link) return refusing(connectionOff(name, link.missing));
      return { name, connector: connectorOf(spec, wiring, link), circuit: link.circuit };
    },
    close: () => links.close(),
  };
}

/** Connections whose settings are all there: those with a file, and further CRMs. */
function todayOf({ config, wirings, settingsOf }: ConnectionsOptions): Today {
  const { crmUrls } = config.connections;
  const wiring = wirings.active();
  const further = Object.keys(crmUrls).flatMap(
    (name) => specIn(wiring, { name, kind: 'crm' }, crmUrls) ?? [],
  );
  const specs = new Map([...further, ...wiring.connections.values()].map((one) => [one.name, one]));
  return {
    bundle: wiring.hash,
    connections: [...specs.values()].flatMap((spec) => {
      const settings = settingsOf(spec);
      return 'missing' in settings ? [] : { spec, address: settings.url };
    }),
  };
}

/** Connectors kept: a few connections in the words of a few bundles. */
const CONNECTORS_MAX = 200;

function keep(connectors: Map<string, Connector>, key: string, connector: Connector): void {
  connectors.delete(key);
  connectors.set(key, connector);
  const [oldest] = connectors.keys();
  if (connectors.size > CONNECTORS_MAX && oldest !== undefined) connectors.delete(oldest);
}

interface NumberedLink extends Link {
  id: number;
}

/** One link per connection; another one when its address, proof or limits change. */
function createLinks(options: ConnectionsOptions) {
  const { config, settingsOf, listingBytesMax, log, random = Math.random } = options;
  const links = new Map<string, { transport: string; link: NumberedLink }>();
  let made = 0;
  return {
    of(spec: ConnectionSpec, wiring: Wiring): NumberedLink | { missing: readonly string[] } {
      const transport = transportOf(spec);
      const known = links.get(spec.name);
      if (known?.transport === transport) return known.link;
      const settings = settingsOf(spec);
      if ('missing' in settings) return settings;
      made += 1;
      const link = {
        ...createLink({
          ...{ spec, maps: wiring.bundle, settings, config },
          ...{ listingBytesMax, log, random },
        }),
        id: made,
      };
      links.set(spec.name, { transport, link });
      if (known !== undefined) closeLater(known.link, config.calls.timeoutMs);
      return link;
    },
    async close(): Promise<void> {
      await Promise.all([...links.values()].map(({ link }) => link.close()));
    },
  };
}

/** What is under way on a link that was replaced may still end. */
function closeLater(link: Link, afterMs: number): void {
  setTimeout(() => void link.close(), afterMs).unref();
}
