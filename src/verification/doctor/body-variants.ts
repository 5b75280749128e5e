/** A way in which a sender may sign other bytes than it sends. */
export interface BodyVariant {
  /** Ends the sentence "the signature fits after ...". */
  after: string;
  bytes: Buffer;
}

/** Undefined for what JSON has no text for. */
type Write = (value: unknown) => string | undefined;

const NON_ASCII = /[\u0080-\uffff]/g;

const asciiOnly = (text: string): string =>
  text.replaceAll(NON_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** How the JSON writers of other languages write the same value. */
const WRITERS: readonly (readonly [after: string, write: Write])[] = [
  ['the JSON was written again without white space (JSON.stringify)', (v) => JSON.stringify(v)],
  ['the JSON was indented by 2 spaces', (v) => JSON.stringify(v, null, 2)],
  ['the JSON was indented by 4 spaces', (v) => JSON.stringify(v, null, 4)],
  ['the JSON was indented by tabs', (v) => JSON.stringify(v, null, '\t')],
  ['the JSON was written as Python does (json.dumps)', (v) => asciiOnly(spaced(v))],
  ['the JSON was written as Python does, with ensure_ascii=False', (v) => spaced(v)],
  ['the JSON was written in ASCII without white space', (v) => asciiOnly(JSON.stringify(v))],
  [
    'the JSON was written as PHP does (json_encode)',
    (v) => asciiOnly(JSON.stringify(v)).replaceAll('/', String.raw`\/`),
  ],
  [
    'the JSON was written as Go does (json.Marshal)',
    (v) =>
      JSON.stringify(v).replaceAll(
        /[<>&\u2028\u2029]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  ],
  ['the keys were sorted', (v) => JSON.stringify(sorted(v))],
  ['the keys were sorted, written as Python does', (v) => asciiOnly(spaced(sorted(v)))],
  ['only `payload` was signed', (v) => JSON.stringify(fieldOf(v, 'payload'))],
  ['only `data` was signed', (v) => JSON.stringify(fieldOf(v, 'data'))],
];

/** Other bytes that a sender of this body may have signed; never the body itself. */
export function* bodyVariants(body: Buffer): Generator<BodyVariant> {
  for (const [after, bytes] of textVariants(body)) {
    if (!bytes.equals(body)) yield { after, bytes };
  }
  const value = parsed(body);
  if (value === undefined) return;
  for (const [after, write] of WRITERS) {
    const text = writtenBy(write, value);
    if (text === undefined) continue;
    const bytes = Buffer.from(text, 'utf8');
    if (!bytes.equals(body)) yield { after, bytes };
  }
}

function* textVariants(body: Buffer): Generator<readonly [string, Buffer]> {
  const text = body.toString('utf8');
  const of = (changed: string): Buffer => Buffer.from(changed, 'utf8');
  yield ['the line end at its end was taken off', of(text.replace(/\r?\n$/, ''))];
  yield ['a line end was put at its end', of(`${text}\n`)];
  yield ['a line end (CRLF) was put at its end', of(`${text}\r\n`)];
  yield ['line ends were changed from CRLF to LF', of(text.replaceAll('\r\n', '\n'))];
  yield ['line ends were changed from LF to CRLF', of(text.replaceAll(/\r?\n/g, '\r\n'))];
  yield ['its byte order mark was taken off', of(text.replace(/^\u{FEFF}/u, ''))];
  yield ['white space around it was taken off', of(text.trim())];
  yield ['a byte order mark was put before it', of(`\u{FEFF}${text}`)];
  yield ['its text was read as Latin-1 and written as UTF-8', of(body.toString('latin1'))];
  yield ['its text was written as Latin-1', Buffer.from(text, 'latin1')];
  yield ['its text was written in base64', of(body.toString('base64'))];
  yield ['it was left empty: the body was read before it was signed', Buffer.alloc(0)];
}

/** Brackets in texts count too: what is nested so deep is no webhook of anybody's. */
const DEPTH_MAX = 256;

function isDeep(body: Buffer): boolean {
  let depth = 0;
  for (const byte of body) {
    if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

function parsed(body: Buffer): unknown {
  if (isDeep(body)) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8').replace(/^\u{FEFF}/u, ''));
    return value;
  } catch {
    return undefined;
  }
}

/** Undefined for what nests too deep to be written. */
function writtenBy(write: Write, value: unknown): string | undefined {
  try {
    return write(value);
  } catch {
    return undefined;
  }
}

/** One line with a space behind each colon and comma. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`,
  );
  return `{${fields.join(', ')}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
