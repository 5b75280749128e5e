import type { z } from 'zod';
import type { Bundle } from '../../src/mapping/bundle.ts';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { compileWiring } from '../../src/wiring/compile.ts';
import { shippedDirectory } from '../../src/wiring/shipped.ts';
import type { Round } from './row.ts';
import { sampleOrders } from './sample-orders.ts';

const MAPPING = 'crm.order_created';
const US_PER_MS = 1000;

/** Distinct orders, which are gone through again and again. */
const SAMPLES = 500;

interface Work {
  lines: number;
  map(): void;
  json(): void;
  zod(): void;
}

/**
 * What is kept for the rounds are copies: a program whose results all stay alive is given its
 * memory elsewhere by the engine, which makes both sides slower than they are in use.
 */
function prepare(): Work {
  const result = compileWiring(readMappingFiles(shippedDirectory()));
  if (!('wiring' in result)) throw new Error('The shipped mappings do not compile.');
  const { bundle } = result.wiring;
  const { source, target } = bundle.mapping(MAPPING);
  const texts = sampleOrders(SAMPLES);
  const bodies = texts.map((text): unknown => JSON.parse(text));
  const events = bodies.map((body) => copyOf(source.parse(body)));
  const outputs = events.map((event) => copyOf(outputOf(bundle, event)));
  return {
    lines: (outputs as { lines: unknown[] }[])[0]?.lines.length ?? 0,
    map: () => events.forEach((event) => outputOf(bundle, event)),
    json: () => texts.forEach((text) => void JSON.parse(text)),
    zod: () => parseBoth({ source, target, bodies, outputs }),
  };
}

interface Ends {
  source: z.ZodType;
  target: z.ZodType;
  bodies: readonly unknown[];
  outputs: readonly unknown[];
}

function parseBoth({ source, target, bodies, outputs }: Ends): void {
  for (const [index, body] of bodies.entries()) {
    source.parse(body);
    target.parse(outputs[index]);
  }
}

function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function outputOf(bundle: Bundle, event: unknown): unknown {
  const result = bundle.map(MAPPING, event);
  if (result.ok) return result.output;
  throw new Error(`The order is not mapped: ${result.errors[0]?.message}`);
}

/** The sides take turns at short intervals, so that what else the machine does meets both. */
function measured(work: Work, orders: number): Round {
  const turns = Math.ceil(orders / SAMPLES);
  let [mapMs, jsonMs, zodMs] = [0, 0, 0];
  for (let turn = 0; turn < turns; turn += 1) {
    if (turn % 2 === 0) mapMs += timed(work.map);
    jsonMs += timed(work.json);
    zodMs += timed(work.zod);
    if (turn % 2 === 1) mapMs += timed(work.map);
  }
  const perOrder = (ms: number): number => (ms * US_PER_MS) / (turns * SAMPLES);
  const [jsonUs, zodUs] = [perOrder(jsonMs), perOrder(zodMs)];
  return { lines: work.lines, mapUs: perOrder(mapMs), jsonUs, zodUs, parseUs: jsonUs + zodUs };
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

const orders = Number(process.argv[2]);
const work = prepare();
measured(work, orders);
process.stdout.write(JSON.stringify(measured(work, orders)));
