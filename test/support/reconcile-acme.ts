import { readMappingFiles } from '../../src/mapping/load.ts';
import type { SourceText } from '../../src/mapping/yaml/node.ts';
import type { Wiring } from '../../src/wiring/compile.ts';
import { SHIPPED_MAPPINGS, wiringOf } from './shipped-wiring.ts';

export interface AcmeTerms {
  /** Units in one of its cases. */
  perCase: number;
  /** Whether it can be asked for all its picks. */
  lists: boolean;
}

const connection = ({ lists }: AcmeTerms): string => `
connection: acme
kind: wms
title: A warehouse that counts in cases and knows lines by their article
url: 'https://acme.test'
calls:
  request_pick: {post: /jobs, send: wms.pick_request, receive: acme.job}
  look_at_pick: {get: '/jobs/{pick_id}', receive: acme.job}
${
  lists
    ? `  list_picks:
    get: /jobs
    query: {from: '{since}', p: '{page}', n: '{limit}'}
    items: jobs
    next: {page: 1}
    receive: acme.job`
    : ''
}
`;

const SCHEMA = `
schema: acme.job
shape:
  no: string
  ref: string|null
  state: enum(CREATED, ASSIGNED, IN_PROGRESS, PARTIAL, COMPLETED, CANCELLED)
  changed: datetime
  rows: [{article: string, wanted: number, held: number, done: number}]
`;

const cases = (to: string, from: string): string =>
  `      - {to: ${to}, from: ${from}, unit: {table: acme_packs, from: {const: CASE}, to: EA, per: article, inexact: error}}`;

const RULE = `
mapping: acme.job -> pick.record
name: acme.job
version: 1
rules:
  - {to: pick_id, from: no, locked: true}
  - {to: reference, from: ref, null: pass}
  - {to: status, from: state}
  - each: {from: 'rows[*]', to: 'lines[*]', min: 0}
    rules:
      - {to: sku, from: article}
${cases('requested', 'wanted')}
${cases('allocated', 'held')}
${cases('picked', 'done')}
      - {to: shipped, const: 0}
      - {to: short, const: 0}
      - {to: cancelled, const: 0}
  - {to: updated_at, from: changed}
`;

const table = ({ perCase }: AcmeTerms): string => `
units: acme_packs
factors: {EA: 1}
per: {'SKU-1': {CASE: ${perCase}}}
`;

/** Orders of the default CRM go to acme. */
function routed({ path, text }: SourceText): SourceText {
  const crm = path === 'connections/crm.yaml';
  return { path, text: crm ? `${text}orders: {wms: acme}\n` : text };
}

let shippedFiles: SourceText[] | undefined;

/** What ships, and a vendor of other words, whose warehouse the CRM's orders go to. */
export function acmeWiring(terms: AcmeTerms): Wiring {
  shippedFiles ??= readMappingFiles(SHIPPED_MAPPINGS).filter(
    ({ path }) => /\/(crm|tasks|wms)[./]/.test(path) || /^(functions|tables\/account)/.test(path),
  );
  return wiringOf([
    ...shippedFiles.map(routed),
    { path: 'connections/acme.yaml', text: connection(terms) },
    { path: 'schemas/acme-job.yaml', text: SCHEMA },
    { path: 'rules/acme-job.yaml', text: RULE },
    { path: 'tables/acme-packs.yaml', text: table(terms) },
  ]);
}

export interface AcmeJob {
  no: string;
  ref: string | null;
  state: string;
  changed: string;
  rows: { article: string; wanted: number; held: number; done: number }[];
}
