import { createHmac } from 'node:crypto';
import { startStub, type Stub, type StubCall, type StubReply } from './vendor-stub.ts';

/** The warehouse of docs/mappings.md, as its document there says it is. */

const USER = 'crossdock';
const PASSWORD = 'north';
export const SECRET = 'signing-secret';
const PIECES_PER_CASE = 12;

interface Consignment {
  number: string;
  clientRef: string;
  state: string;
  rows: { rowRef: string; article: string; pieces: number }[];
}

export interface Nordlager {
  stub: Stub;
  env: Record<string, string>;
  consignments: Consignment[];
}

export async function startNordlager(): Promise<Nordlager> {
  const consignments: Consignment[] = [];
  const stub = await startStub((call) => answer(consignments, call));
  const env = {
    CROSSDOCK_NORDLAGER_URL: stub.url,
    CROSSDOCK_NORDLAGER_USER: USER,
    CROSSDOCK_NORDLAGER_PASSWORD: PASSWORD,
    CROSSDOCK_WEBHOOK_SECRET_NORDLAGER: SECRET,
  };
  return { stub, env, consignments };
}

interface Created {
  clientRef: string;
  delivery: {
    rows: { rowRef: string; article: { no: string }; wanted: { amount: number; unit: string } }[];
  };
}

function answer(all: Consignment[], call: StubCall): StubReply {
  const { method, path, query, headers, body } = call;
  const wanted = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  if (headers['authorization'] !== wanted) return { status: 401, body: { reason: 'WHO' } };
  const [, , , number, verb] = path.split('/');
  if (method === 'POST' && number === undefined) return create(all, body as Created);
  if (number === undefined) {
    const found = all.filter(
      ({ clientRef }) => query['clientRef'] === undefined || clientRef === query['clientRef'],
    );
    return { status: 200, body: { consignments: found.map(faceOf) } };
  }
  const one = all.find((each) => each.number === number);
  if (one === undefined) return { status: 404, body: { reason: 'UNKNOWN' } };
  if (verb === undefined) return { status: 200, body: faceOf(one) };
  if (one.state === 'PACKED') return { status: 409, body: { reason: 'PACKED' } };
  one.state = 'STOPPED';
  return { status: 202, body: {} };
}

function create(all: Consignment[], { clientRef, delivery }: Created): StubReply {
  if (all.some((one) => one.clientRef === clientRef)) {
    return { status: 409, body: { reason: 'CLIENT_REF_TAKEN' } };
  }
  const rows = delivery.rows.map(({ rowRef, article, wanted }) => ({
    ...{ rowRef, article: article.no, pieces: wanted.amount },
  }));
  if (rows.every(({ article }) => article === 'SKU-EMPTY')) {
    return { status: 409, body: { reason: 'NOTHING_FREE' } };
  }
  const number = `C-${all.length + 1}`;
  all.push({ number, clientRef, state: 'NEW', rows });
  return { status: 201, body: { consignment: { number } } };
}

/** One parcel a row; whole cases are counted in cases. */
function faceOf({ number, clientRef, state, rows }: Consignment) {
  const parcels = rows.map(({ rowRef, article, pieces }, index) => {
    const isCases = pieces % PIECES_PER_CASE === 0;
    const wanted = isCases ? pieces / PIECES_PER_CASE : pieces;
    const amounts = {
      wanted,
      reserved: state === 'NEW' ? wanted : 0,
      packed: state === 'PACKED' ? wanted : 0,
      missing: 0,
      dropped: state === 'STOPPED' ? wanted : 0,
    };
    const row = { rowRef, article: { no: article }, unit: isCases ? 'CASE' : 'PCS', ...amounts };
    return { label: `P${index + 1}`, rows: [row] };
  });
  return { number, clientRef, state, parcels, changedAt: '2026-01-17T15:32:00+01:00' };
}

/** Headers that Nordlager sends with an event. */
export function signedByNordlager(body: string, at: Date): Record<string, string> {
  const time = String(Math.floor(at.getTime() / 1000));
  return {
    'x-nordlager-delivery': 'delivery-1',
    'x-nordlager-time': time,
    'x-nordlager-signature': createHmac('sha256', SECRET)
      .update(`${time}.${body}`)
      .digest('base64'),
  };
}
