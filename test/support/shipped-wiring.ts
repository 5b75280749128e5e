import { shippedDirectory } from '../../src/wiring/shipped.ts';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { describeMistake } from '../../src/mapping/yaml/mistake.ts';
import type { EventOrigin, Fact } from '../../src/normalise/definition.ts';
import { createEventReading } from '../../src/normalise/event-reading.ts';
import { compileWiring, type Wiring } from '../../src/wiring/compile.ts';

export const SHIPPED_MAPPINGS = shippedDirectory();

let shipped: Wiring | undefined;

/** The mappings that the product ships with, compiled once per test file. */
export function shippedWiring(): Wiring {
  shipped ??= wiringOf(readMappingFiles(SHIPPED_MAPPINGS));
  return shipped;
}

/** Throws with everything that is wrong with the files. */
export function wiringOf(files: Parameters<typeof compileWiring>[0]): Wiring {
  const result = compileWiring(files);
  if ('wiring' in result) return result.wiring;
  throw new Error(`\n${result.errors.map(describeMistake).join('\n\n')}`);
}

/** Reads and normalises events by the shipped mappings. */
export const shippedReading = createEventReading(shippedWiring);

/** A body as the shipped mappings read it, as it was before it was stored and after. */
export function readShipped(origin: EventOrigin, value: unknown) {
  const body = Buffer.from(JSON.stringify(value));
  const read = shippedReading.read(origin, { value, body, headers: {} });
  if (!read.ok) return read;
  const { event } = read;
  const normalise = (fact: Fact) =>
    shippedReading.normalise({ ...origin, ...fact, eventType: event.eventType, body });
  return { ok: true as const, event: { ...event, normalise } };
}
