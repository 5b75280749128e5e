import type { Check, OtherSecrets } from '../../src/verification/doctor/check.ts';
import { examineRequest } from '../../src/verification/doctor/examine.ts';
import type { Secret } from '../../src/verification/secrets.ts';
import { envelopeText, hexHmac, profileNamed, requestOf } from './signed.ts';

export const NOW_MS = Date.parse('2026-01-17T14:32:00Z');
export const TS = String(NOW_MS / 1000);

export const LIVE = 'c2VjcmV0LW9mLWNybQ01';
export const RETIRED = 'secret-of-last-year';
export const OTHER = 'secret-of-the-warehouse';
export const SECRETS: Secret[] = [
  { id: 'crm-1', value: RETIRED, state: 'retiring', until: NOW_MS - 86_400_000 },
  { id: 'crm-2', value: LIVE, state: 'active', until: null },
];
export const OTHERS: OtherSecrets[] = [
  {
    connection: 'wms',
    profile: profileNamed('template'),
    secrets: [{ id: 'wms-1', value: OTHER, state: 'active', until: null }],
  },
];

export const BODY = envelopeText({
  eventId: 'evt_1',
  eventType: 'ORDER.CREATED',
  payload: { order_id: 'ORD-1', note: 'für <Élise> & a/b' },
  timestamp: '2026-01-17T14:31:00Z',
});
export const PRETTY = JSON.stringify(JSON.parse(BODY), null, 2);

export interface Asked {
  headers: Record<string, string>;
  body?: string | Buffer;
  profile?: string;
  secrets?: Secret[];
  nowMs?: number;
  method?: string;
}

export function examine({ headers, body = BODY, profile = 'template', ...rest }: Asked): Check[] {
  return examineRequest({
    profile: profileNamed(profile),
    secrets: rest.secrets ?? SECRETS,
    others: OTHERS,
    request: requestOf(body, headers),
    nowMs: rest.nowMs ?? NOW_MS,
  });
}

export function failing(checks: readonly Check[]): string[] {
  return checks.filter(({ ok }) => !ok).map(({ check }) => check);
}

export function detailOf(checks: readonly Check[], name: Check['check']): string {
  return checks.find(({ check }) => check === name)?.detail ?? '';
}

export const signed = (secret: string, body: string | Buffer, id = 'evt_1') => ({
  'x-signature': hexHmac(secret, body),
  'x-event-id': id,
});
