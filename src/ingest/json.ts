import { isUtf8 } from 'node:buffer';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export type ParsedJson =
  { ok: true; value: unknown } | { ok: false; cause: 'not-json' | 'too-deep' };

/** Parses only what is UTF-8 and nowhere deeper than `depthMax`, so that nothing later recurses. */
export function parseJson(body: Buffer, depthMax: number): ParsedJson {
  if (isDeeper(body, depthMax)) return { ok: false, cause: 'too-deep' };
  if (!isUtf8(body)) return { ok: false, cause: 'not-json' };
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return { ok: true, value };
  } catch {
    return { ok: false, cause: 'not-json' };
  }
}

/** Brackets outside strings, counted over the bytes: no byte of a longer UTF-8 character is one. */
function isDeeper(body: Buffer, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
