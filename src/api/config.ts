import { z } from 'zod';
import { parseEnv, type Env } from '../config/env.ts';

const CountSchema = z.coerce.number().int().min(1);

/** Limits of the operators' API. */
export const OperatorsEnv = {
  CROSSDOCK_API_PAGE_DEFAULT: CountSchema.max(1000).default(50),
  CROSSDOCK_API_PAGE_MAX: CountSchema.max(1000).default(200),
  /** Timeline entries in an order's detail; the newest are kept. */
  CROSSDOCK_API_TIMELINE_MAX: CountSchema.max(10_000).default(500),
  /** Rows that one page of a list may pass while it looks for matches, about 7 us each. */
  CROSSDOCK_API_SCAN_ROWS_MAX: CountSchema.max(1_000_000).default(1000),
  CROSSDOCK_API_SEARCH_MATCHES_MAX: CountSchema.max(10_000).default(500),
  /** Pages of the inbox that one page of `GET /events?status=applied` may read. */
  CROSSDOCK_API_EVENT_ROUNDS_MAX: CountSchema.max(1000).default(20),
  CROSSDOCK_API_BODY_BYTES_MAX: CountSchema.max(16_777_216).default(65_536),
  /** Files that a person compares with what serves. */
  CROSSDOCK_API_MAPPINGS_BYTES_MAX: CountSchema.max(67_108_864).default(8_388_608),
  /** Answers kept by Idempotency-Key, and for how long. */
  CROSSDOCK_API_IDEMPOTENCY_KEYS_MAX: CountSchema.max(100_000).default(1000),
  CROSSDOCK_API_IDEMPOTENCY_TTL_MS: CountSchema.max(604_800_000).default(3_600_000),
  /** Rows counted per stage for `/metrics`, and how long a count holds. */
  CROSSDOCK_API_COUNT_ROWS_MAX: CountSchema.max(10_000_000).default(100_000),
  CROSSDOCK_API_COUNT_TTL_MS: CountSchema.max(600_000).default(5000),
};

export interface OperatorsLimits {
  page: { limitDefault: number; limitMax: number };
  timelineMax: number;
  books: { scanRowsMax: number; searchMatchesMax: number };
  eventRoundsMax: number;
  bodyBytesMax: number;
  mappingsBytesMax: number;
  idempotency: { keysMax: number; ttlMs: number };
  counts: { rowsMax: number; ttlMs: number };
}

/** Origins that an order's links lead to; null where there is none. */
export interface LinkOrigins {
  temporalUiUrl: string | null;
  temporalNamespace: string;
  crmUrl: string | null;
  tasksUrl: string | null;
}

export interface OperatorsConfig {
  apiKey: string;
  links: LinkOrigins;
  limits: OperatorsLimits;
}

export function loadOperatorsLimits(env: Env): OperatorsLimits {
  const read = parseEnv(OperatorsEnv, env);
  return {
    page: {
      limitDefault: Math.min(read.CROSSDOCK_API_PAGE_DEFAULT, read.CROSSDOCK_API_PAGE_MAX),
      limitMax: read.CROSSDOCK_API_PAGE_MAX,
    },
    timelineMax: read.CROSSDOCK_API_TIMELINE_MAX,
    books: {
      scanRowsMax: read.CROSSDOCK_API_SCAN_ROWS_MAX,
      searchMatchesMax: read.CROSSDOCK_API_SEARCH_MATCHES_MAX,
    },
    eventRoundsMax: read.CROSSDOCK_API_EVENT_ROUNDS_MAX,
    bodyBytesMax: read.CROSSDOCK_API_BODY_BYTES_MAX,
    mappingsBytesMax: read.CROSSDOCK_API_MAPPINGS_BYTES_MAX,
    idempotency: {
      keysMax: read.CROSSDOCK_API_IDEMPOTENCY_KEYS_MAX,
      ttlMs: read.CROSSDOCK_API_IDEMPOTENCY_TTL_MS,
    },
    counts: { rowsMax: read.CROSSDOCK_API_COUNT_ROWS_MAX, ttlMs: read.CROSSDOCK_API_COUNT_TTL_MS },
  };
}
