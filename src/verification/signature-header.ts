import type { SignedProfile } from './profile.ts';

/** What a signature header offers, decoded strictly. */
export interface Offered {
  signatures: Buffer[];
  /** `t=` of the header; null when the grammar has none or it is absent or given twice. */
  timestamp: string | null;
}

const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const ELEMENT = /^([A-Za-z0-9_]+)=([^\s,]+)$/;
const VERSION = /^([A-Za-z0-9_]+),([^\s,]+)$/;

/**
 * Reads the signature header by the profile's grammar. A list with a part that does not parse
 * offers nothing, which also refuses a header given twice.
 */
export function readSignatures(profile: SignedProfile, value: string): Offered {
  const { grammar } = profile;
  if (grammar.list === 'single') {
    const text = value.startsWith(grammar.prefix) ? value.slice(grammar.prefix.length) : '';
    return { signatures: decodeAll(profile, [text]), timestamp: null };
  }
  const pairs =
    grammar.list === 'elements'
      ? pairsOf(value.split(','), ELEMENT)
      : pairsOf(value.split(' '), VERSION);
  const valuesOf = (key: string): string[] =>
    pairs.filter((pair) => pair.key === key).map((pair) => pair.text);
  const timestamps = profile.timestamp?.from === 'element' ? valuesOf(profile.timestamp.key) : [];
  const [timestamp] = timestamps;
  return {
    signatures: decodeAll(profile, valuesOf(grammar.version)),
    timestamp: timestamps.length === 1 && timestamp !== undefined ? timestamp : null,
  };
}

interface Pair {
  key: string;
  text: string;
}

function pairsOf(parts: readonly string[], pattern: RegExp): Pair[] {
  const pairs: Pair[] = [];
  for (const part of parts) {
    const [, key, text] = pattern.exec(part) ?? [];
    if (key === undefined || text === undefined) return [];
    pairs.push({ key, text });
  }
  return pairs;
}

function decodeAll(profile: SignedProfile, texts: readonly string[]): Buffer[] {
  return texts.map((text) => decode(profile, text)).filter((bytes) => bytes !== null);
}

function decode(profile: SignedProfile, text: string): Buffer | null {
  if (profile.encoding === 'hex') return HEX.test(text) ? Buffer.from(text, 'hex') : null;
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  // Several texts decode to the same bytes; only the canonical one is a signature.
  return bytes.toString('base64') === text ? bytes : null;
}
