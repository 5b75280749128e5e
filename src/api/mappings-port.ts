/** What operators see of the mappings; times are epoch ms. */
export interface ActivationView {
  seq: number;
  hash: string;
  previous: string | null;
  at: number;
  by: string;
  note: string | null;
  kind: 'boot' | 'reload' | 'api' | 'rollback';
}

export interface MistakeView {
  code: string;
  file: string;
  line: number;
  col: number;
  pointer: string;
  message: string;
  suggestion: string | null;
  excerpt: string;
  length: number;
}

export interface DifferenceView {
  path: string;
  before: unknown;
  after: unknown;
}

export interface DiffView {
  from: string;
  to: string;
  inputs: number;
  outputs: number;
  changed: number;
  changedShare: number;
  lockedChanged: string[];
  targets: { mapping: string; target: string; changed: number }[];
  samples: { id: string; mapping: string; differences: DifferenceView[]; locked: string[] }[];
}

export interface CandidateView {
  hash: string | null;
  at: number;
  why: 'errors' | 'golden' | 'accept';
  message: string;
  mistakes: MistakeView[];
  golden: {
    file: string;
    line: number;
    mapping: string;
    case: string;
    complaint: string;
    differences: DifferenceView[];
  }[];
  summary: DiffView | null;
}

export interface MappingsView {
  active: ActivationView;
  state: 'ok' | 'degraded' | 'pending';
  since: number;
  held: boolean;
  candidate: CandidateView | null;
  mappings: { name: string; version: number; from: string; to: string }[];
  connections: {
    name: string;
    kind: 'crm' | 'tasks' | 'wms';
    title: string;
    state: 'on' | 'off';
    missing: string[];
  }[];
}

export interface MapErrorView {
  code: string;
  mapping: string;
  version: number;
  rule: string;
  source: string | null;
  target: string;
  kind: string;
  message: string;
}

export interface PreviewStep {
  mapping: string;
  version: number;
  ok: boolean;
  /** Absent when it failed. */
  output?: unknown;
  errors: MapErrorView[];
  fields: {
    target: string;
    sources: string[];
    steps: string[];
    rule: string;
    locked: boolean;
    written: boolean;
  }[];
}

export interface PreviewAsk {
  mapping?: string | undefined;
  input?: unknown;
  eventId?: string | undefined;
  orderId?: string | undefined;
  connection?: string | undefined;
  bundle?: string | undefined;
}

export interface PreviewView {
  bundle: string;
  /** The event that was read; null for an input of the caller's. */
  event: { connection: string; eventId: string; eventType: string } | null;
  steps: PreviewStep[];
}

export interface MappingText {
  path: string;
  text: string;
}

export type ActivateOutcome =
  | { result: 'activated'; activation: ActivationView; summary: DiffView | null }
  | { result: 'unchanged'; hash: string }
  | { result: 'pending' | 'refused'; candidate: CandidateView };

/** The mappings as operators steer them. */
export interface MappingsPort {
  status(): MappingsView;
  history(ask: { cursor?: string | undefined; limit: number }): {
    items: ActivationView[];
    next: string | null;
  };
  /** Undefined for a bundle that is not stored. */
  files(hash: string): readonly MappingText[] | undefined;
  /** What an input or a stored event becomes; nothing is done and nothing is sent. */
  preview(ask: PreviewAsk): Promise<PreviewView>;
  diff(ask: {
    from?: string | undefined;
    to?: string | undefined;
    last: number;
    files?: readonly MappingText[] | undefined;
  }): Promise<DiffView>;
  /** What the last statement of an order's CRM becomes under two bundles; `from` may be gone. */
  compareOrder(ask: {
    connection: string;
    orderId: string;
    from: string;
    to: string;
  }): Promise<{ mapping: string; differences: DifferenceView[] }[]>;
  /** Without `bundle` what the directory holds now. */
  activate(ask: {
    bundle?: string | undefined;
    accept: boolean;
    by: string;
    note?: string | undefined;
  }): Promise<ActivateOutcome>;
  rollback(ask: { by: string; note?: string | undefined }): Promise<ActivateOutcome>;
}
