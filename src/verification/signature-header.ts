import type { SignedProfile } from './profile.ts';

/** What a signature header offers, decoded strictly. */
export interface Offered {
  signatures: OfferedSignature[];
  /** `t=` of the header; null when the grammar has none or it is absent or given twice. */
  timestamp: string | null;
}

export interface OfferedSignature {
  /** The entry of the list that it stands in; null where the header has one signature. */
  version: string | null;
  bytes: Buffer;
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
    return { signatures: decodeAll(profile, [{ version: null, text }]), timestamp: null };
  }
  const pairs =
    grammar.list === 'elements'
      ? pairsOf(value.split(','), ELEMENT)
      : pairsOf(value.split(' '), VERSION);
  const versions = versionsOf(profile);
  const timeKey = profile.timestamp?.from === 'element' ? profile.timestamp.key : null;
  const timestamps = pairs.filter(({ version }) => version === timeKey);
  const [timestamp] = timestamps;
  return {
    signatures: decodeAll(
      profile,
      pairs.filter(({ version }) => versions.includes(version)),
    ),
    timestamp: timestamps.length === 1 && timestamp !== undefined ? timestamp.text : null,
  };
}

/** The list entries that this profile reads. */
function versionsOf(profile: SignedProfile): string[] {
  const { grammar } = profile;
  if (grammar.list === 'single') return [];
  const further = profile.kind === 'hmac' ? profile.publicKeyVersion : null;
  return further === null ? [grammar.version] : [grammar.version, further];
}

interface Pair {
  version: string;
  text: string;
}

function pairsOf(parts: readonly string[], pattern: RegExp): Pair[] {
  const pairs: Pair[] = [];
  for (const part of parts) {
    const [, version, text] = pattern.exec(part) ?? [];
    if (version === undefined || text === undefined) return [];
    pairs.push({ version, text });
  }
  return pairs;
}

function decodeAll(
  profile: SignedProfile,
  texts: readonly { version: string | null; text: string }[],
): OfferedSignature[] {
  return texts.flatMap(({ version, text }) => {
    const bytes = decode(profile, text);
    return bytes === null ? [] : [{ version, bytes }];
  });
}

function decode(profile: SignedProfile, text: string): Buffer | null {
  if (profile.encoding === 'hex') return HEX.test(text) ? Buffer.from(text, 'hex') : null;
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  // Several texts decode to the same bytes; only the canonical one is a signature.
  return bytes.toString('base64') === text ? bytes : null;
}
