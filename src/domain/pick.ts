import type { AskedLine, PickReported, PickStatus } from './inputs.ts';
import type { Priority } from './priority.ts';

/** What the WMS tells of one line of a pick. `short` counts the floor's shorts and the closed ones. */
export interface PickFacts {
  /** As the WMS has it; ours may have been another number. */
  requested: number;
  allocated: number;
  /** Total ever picked and not put back. */
  picked: number;
  shipped: number;
  short: number;
  cancelled: number;
  /** The part of `short` that the WMS has closed: ours to backorder, no longer its to fill. */
  closed: number;
}

export interface PickLine extends PickFacts {
  lineId: string;
  sku: string;
  /**
   * Units of the order line that this pick accounts for. They leave it when the WMS gives them
   * back, closed short or cancelled; what the WMS holds beyond it is no unit of the order's.
   */
  share: number;
}

/** A backorder and the offer that holds its units until the WMS has answered the child pick. */
export interface Filling {
  backorderId: string;
  offerId: string;
}

/** Our side of one pick (fulfilment 3.4). */
export interface PickRequest {
  split: number;
  attempt: number;
  /** Idempotency key and reference. */
  reference: string;
  status: 'sending' | 'accepted' | 'out_of_stock';
  pickId: string | null;
  pickStatus: PickStatus | null;
  /** Last event sequence that the books contain. */
  sequence: number;
  lines: PickLine[];
  /** Backorder whose units this request is to fill, when it is a child pick. */
  fills: Filling | null;
  /** Fingerprints of the last applied events, by sequence, to tell a repeat from a contradiction. */
  applied: { sequence: number; fingerprint: string }[];
  buffered: PickReported[];
  /** When a gap is given up and the WMS is asked, epoch ms. */
  gapDueAt: number | null;
  /** When silence is long enough to ask the WMS, epoch ms; null when nothing more is expected. */
  checkAt: number | null;
  checks: number;
  /** Lines that we have ever asked the WMS to cancel. */
  cancelAsked: string[];
  /** Lines whose cancel the WMS has answered; it is not asked for them twice in one version. */
  cancelAnswered: string[];
  cancelling: boolean;
  /** A cancel that the WMS has no call for: a person has to arrange it. */
  byHand: { lines: string[]; detail: string } | null;
  /** Something happened to it that no account of the WMS can contain yet. */
  touched: boolean;
  /** How the WMS contradicts what it reported before; the books keep that meanwhile. */
  drift: string | null;
  /** Looks in a row that did not find the pick at the WMS. */
  absences: number;
  /** A person decided that the next account of the WMS holds, whatever the books say. */
  adopting: boolean;
  /** What the WMS was told of how pressing it is; null when the request was not ours to send. */
  toldPriority: Priority | null;
  /** What the request was sent with, so that it can be sent once more; null when it was not ours to send. */
  sent: { priority: Priority; requestedAt: number; lines: AskedLine[] } | null;
}

export function isTerminal(request: PickRequest): boolean {
  return request.pickStatus === 'COMPLETED' || request.pickStatus === 'CANCELLED';
}

/** A pick that we only know by its events, and whose lines the WMS has not told yet. */
export function isUnread(request: PickRequest): boolean {
  return request.status === 'accepted' && request.lines.length === 0;
}

export interface NewPickRequest {
  split: number;
  attempt: number;
  reference: string;
  fills: Filling | null;
  lines: PickLine[];
}

export function newPickRequest(input: NewPickRequest): PickRequest {
  return {
    ...input,
    status: 'sending',
    pickId: null,
    pickStatus: null,
    sequence: 0,
    applied: [],
    buffered: [],
    gapDueAt: null,
    checkAt: null,
    checks: 0,
    cancelAsked: [],
    cancelAnswered: [],
    cancelling: false,
    byHand: null,
    touched: false,
    drift: null,
    absences: 0,
    adopting: false,
    toldPriority: null,
    sent: null,
  };
}

export interface NewPickLine {
  lineId: string;
  sku: string;
  share: number;
}

export function newPickLine({ lineId, sku, share }: NewPickLine): PickLine {
  return {
    lineId,
    sku,
    share,
    requested: share,
    allocated: 0,
    picked: 0,
    shipped: 0,
    short: 0,
    cancelled: 0,
    closed: 0,
  };
}
