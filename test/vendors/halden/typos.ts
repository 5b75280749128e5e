import type { Mistake } from '../../../src/mapping/yaml/mistake.ts';

/** A slip in one of the files that connect Halden, and what has to be said of it. */
export interface Typo {
  what: string;
  file: string;
  from: string;
  to: string;
  /** The words that its place points at. */
  marks: string;
  /** Said of another file than the one with the typo. */
  saidOf?: string;
  code: Mistake['code'];
  says: RegExp;
  suggests?: string;
}

const READ = 'rules/halden/dispatch.yaml';
const SEND = 'rules/halden/dispatch-create.yaml';
const CONNECTION = 'connections/halden/halden.yaml';
export const KEYS: Typo[] = [
  {
    ...{ what: 'a key of a rule', file: READ, code: 'unknown-key' },
    ...{ from: 'from: dispatch.key', to: 'form: dispatch.key', marks: 'form' },
    ...{ says: /A rule has no form; it takes to, locked/, suggests: 'from' },
  },
  {
    ...{ what: 'a key of an address', file: CONNECTION, code: 'unknown-key' },
    ...{ from: 'below: /svc', to: 'belw: /svc', marks: 'belw' },
    ...{ says: /url has no belw; it takes env, default, below/, suggests: 'below' },
  },
  {
    ...{ what: 'a key of a condition', file: CONNECTION, code: 'unknown-key' },
    ...{ from: '{path: fault.code, eq: REF', to: '{pth: fault.code, eq: REF', marks: 'pth' },
    ...{ says: /A condition has no pth/, suggests: 'path' },
  },
  {
    ...{ what: 'a call', file: CONNECTION, code: 'unknown-key' },
    ...{ from: 'find_pick:', to: 'find_pic:', marks: 'find_pic' },
    ...{ says: /calls has no find_pic; it takes request_pick/, suggests: 'find_pick' },
  },
];

/** What signs nothing, or cannot sign, proves nothing. */
export const PROFILE: Typo[] = [
  {
    ...{ what: 'a signature that leaves the body out', file: CONNECTION, code: 'grammar' },
    ...{ from: "signed_string: '{ts}.{body}'", to: "signed_string: '{ts}'", marks: "'{ts}'" },
    ...{ says: /signed_string needs \{body\}/ },
  },
  {
    ...{ what: 'a placeholder', file: CONNECTION, code: 'grammar' },
    ...{ from: "signed_string: '{ts}.{body}'", to: "signed_string: '{tss}.{body}'" },
    ...{ marks: "'{tss}.{body}'", says: /signed_string knows \{id\}, \{ts\}/ },
  },
  {
    ...{ what: 'an algorithm', file: CONNECTION, code: 'grammar' },
    ...{ from: 'algorithm: sha256', to: 'algorithm: sha265', marks: 'sha265' },
    ...{ says: /profile, algorithm: .*sha256/ },
  },
];

/** What would only be missed once orders run. */
export const SILENT: Typo[] = [
  {
    ...{ what: 'a path of only', file: CONNECTION, code: 'unknown-path' },
    ...{ from: 'stock.up: {map: halden.stock_risen}', marks: 'item.cod' },
    to: 'stock.up: {map: halden.stock_risen, only: {path: item.cod, exists: true}}',
    ...{ says: /item of halden\.stock_event has no cod/, suggests: 'item.code' },
  },
  {
    ...{ what: 'the path of the id', file: CONNECTION, code: 'unknown-path' },
    ...{ from: '  id: id\n', to: '  id: idd\n', marks: 'idd' },
    ...{ says: /has no idd/, suggests: 'id' },
  },
  {
    ...{ what: 'a list without items', file: CONNECTION, code: 'required' },
    ...{ from: "limit: '{limit}'}\n    items: dispatches\n", to: "limit: '{limit}'}\n" },
    ...{ marks: 'list_picks', says: /The call list_picks needs items/ },
  },
  {
    ...{ what: 'a cancel by lines that names none', file: CONNECTION, code: 'required' },
    ...{ from: 'cancel: whole', to: 'cancel: lines', marks: 'cancel_pick' },
    ...{ says: /cancel: lines needs send/ },
  },
];

export const NAMES: Typo[] = [
  {
    ...{ what: 'a mapping', file: CONNECTION, code: 'unknown-name' },
    ...{ from: 'map: halden.dispatch_touched', to: 'map: halden.dispatch_toched' },
    ...{ marks: 'halden.dispatch_toched', suggests: 'halden.dispatch_touched' },
    says: /There is no mapping halden\.dispatch_toched/,
  },
  {
    ...{ what: 'a mapping of the wrong end', file: CONNECTION, code: 'type' },
    ...{ from: 'map: halden.stock_risen', to: 'map: halden.dispatch', marks: 'halden.dispatch' },
    says: /takes one to pick\.reported or pick\.touched or stock\.risen; halden\.dispatch is/,
  },
  {
    ...{ what: 'a schema', file: READ, code: 'unknown-name' },
    ...{ from: 'mapping: halden.dispatch ', to: 'mapping: halden.dispach ' },
    ...{ marks: 'halden.dispach', says: /halden\.dispach/, suggests: 'halden.dispatch' },
  },
  {
    ...{ what: 'a table', file: READ, code: 'unknown-name', marks: 'halden_phases' },
    ...{ from: 'table: halden_phase', to: 'table: halden_phases' },
    ...{ says: /There is no table halden_phases/, suggests: 'halden_phase' },
  },
  {
    ...{ what: 'a unit', file: SEND, code: 'unknown-name' },
    ...{ from: 'to: CASE', to: 'to: CASES', marks: 'CASES' },
    ...{ says: /Unit table halden_packs has no CASES; it has EACH, CASE/, suggests: 'CASE' },
  },
  {
    ...{ what: 'a type', file: 'schemas/halden/dispatch.yaml', code: 'unknown-name' },
    ...{ from: 'phase: string', to: 'phase: sting', marks: 'sting' },
    ...{ says: /There is no type sting; there are string, integer/, suggests: 'string' },
  },
  {
    ...{ what: 'a name in an address', file: CONNECTION, code: 'unknown-name' },
    ...{ from: "'/dispatches/{pick_id}'", to: "'/dispatches/{pickid}'" },
    ...{
      marks: "'/dispatches/{pickid}'",
      says: /There is no \{pickid\} here/,
      suggests: 'pick_id',
    },
  },
  {
    ...{ what: 'a connection', file: 'connections/crm.yaml', code: 'unknown-name' },
    ...{ from: '\nwebhooks:', to: '\norders: {wms: haldn}\nwebhooks:', marks: 'haldn' },
    ...{ says: /There is no connection haldn of kind wms/, suggests: 'halden' },
  },
];

export const PATHS: Typo[] = [
  {
    ...{ what: 'a path of theirs', file: READ, code: 'unknown-path' },
    ...{ from: 'from: allotted.amount', to: 'from: alloted.amount', marks: 'alloted.amount' },
    ...{ says: /has no alloted/, suggests: 'allotted.amount' },
  },
  {
    ...{ what: 'a target', file: READ, code: 'unknown-path' },
    ...{ from: 'to: allocated', to: 'to: allocatd', marks: 'allocatd' },
    ...{ says: /lines\[\*\] of pick\.record has no allocatd/, suggests: 'allocated' },
  },
  {
    ...{ what: 'a path of an event', file: CONNECTION, code: 'unknown-path' },
    ...{ from: 'reference: dispatch.client_ref', to: 'reference: dispatch.client_reff' },
    ...{
      marks: 'dispatch.client_reff',
      says: /has no client_reff/,
      suggests: 'dispatch.client_ref',
    },
  },
  {
    ...{ what: 'a required target that nothing writes', file: READ, code: 'required' },
    ...{ from: '      - {to: sku, from: item.code}\n', to: '', marks: "'lines[*]'" },
    says: /lines\[\*\] of pick\.record requires sku, and no rule writes it/,
  },
  {
    ...{ what: 'a target that two rules write', file: READ, code: 'two-writers', marks: 'sku' },
    ...{ from: 'from: item.code}\n', to: 'from: item.code}\n      - {to: sku, from: row_id}\n' },
    says: /sku is written twice: line \d+ writes it/,
  },
];

export const WORDS: Typo[] = [
  {
    ...{ what: 'a status of ours', file: 'tables/halden/phase.yaml', code: 'type' },
    ...{ from: 'ON_FLOOR: IN_PROGRESS', to: 'ON_FLOOR: IN_PROGESS', marks: 'IN_PROGESS' },
    ...{ says: /IN_PROGESS does not fit/, suggests: 'IN_PROGRESS' },
  },
  {
    ...{ what: 'a row that an enumeration needs', file: 'tables/halden/urgency.yaml' },
    ...{ from: 'high: B', to: 'hihg: B', marks: 'halden_urgency', code: 'table' },
    saidOf: SEND,
    says: /Table halden_urgency has no row for high: add it/,
  },
  {
    ...{ what: 'a word of theirs', file: SEND, code: 'type' },
    ...{ from: 'const: EACH}', to: 'const: EAHC}', marks: 'EAHC' },
    ...{ says: /EAHC does not fit/, suggests: 'EACH' },
  },
  {
    ...{ what: 'a status of HTTP', file: CONNECTION, code: 'grammar' },
    ...{ from: 'status: 409', to: 'status: 4O9', marks: '4O9', says: /status is a whole number/ },
  },
  {
    ...{ what: 'a meaning', file: CONNECTION, code: 'grammar' },
    ...{ from: 'means: out_of_stock', to: 'means: out_of_stok', marks: 'out_of_stok' },
    ...{ says: /means is ok, missing, out_of_stock/, suggests: 'out_of_stock' },
  },
  {
    ...{ what: 'a password that stands in the file', file: CONNECTION, code: 'grammar' },
    ...{ from: 'password: {env: CROSSDOCK_HALDEN_PASSWORD}', to: 'password: north' },
    ...{ marks: 'north', says: /password is a secret: write \{env: VARIABLE\}/ },
  },
];

export const YAML: Typo[] = [
  {
    ...{ what: 'an article number without quotes', file: 'tables/halden/pack.yaml' },
    ...{ from: 'SKU-333: CASE', to: '00123: CASE', marks: '00123', code: 'ambiguous-text' },
    says: /quote the key \('00123'\)/,
  },
  {
    ...{ what: 'a tab', file: 'tables/halden/pack.yaml', code: 'yaml' },
    ...{ from: 'rows:', to: '\trows:', marks: '\t', says: /Tabs are not allowed/ },
  },
  {
    ...{ what: 'a row twice', file: 'tables/halden/urgency.yaml', code: 'yaml' },
    ...{ from: 'high: B', to: 'high: B, high: C', marks: 'h', says: /must be unique/ },
  },
  {
    ...{ what: 'a name twice', file: 'rules/halden/stock-risen.yaml', code: 'duplicate' },
    ...{ from: 'name: halden.stock_risen', to: 'name: halden.stock_level', marks: 'mapping' },
    says: /There is a mapping halden\.stock_level already, in rules\/halden\/stock-level\.yaml/,
  },
];
