/** Fields that name the machine and the process that recorded. */
const RECORDER: ReadonlyMap<string, string> = new Map([
  ['identity', 'recorder'],
  ['binaryChecksum', 'recorder'],
  ['stackTrace', ''],
]);

/** A history as JSON without a trace of the machine on which it was recorded. */
export function cleanse(history: unknown, secrets: readonly string[]): string {
  const text = `${JSON.stringify(history, replace, 1)}\n`;
  const leaked = secrets.find((secret) => text.includes(secret) || inPayload(text, secret));
  if (leaked !== undefined)
    throw new Error(`the history still holds ${leaked}: ${around(text, leaked)}`);
  return text;
}

function replace(key: string, value: unknown): unknown {
  const replacement = RECORDER.get(key);
  if (replacement !== undefined && typeof value === 'string') return replacement;
  return isStickyQueue(value) ? { ...value, name: 'sticky' } : value;
}

function isStickyQueue(value: unknown): value is { name: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'TASK_QUEUE_KIND_STICKY'
  );
}

function around(text: string, words: string): string {
  const at = text.indexOf(words);
  return at < 0 ? 'in a payload' : text.slice(Math.max(0, at - 200), at + 50);
}

function inPayload(text: string, secret: string): boolean {
  const payloads = text.matchAll(/"data": "(?<data>[A-Za-z0-9+/=]+)"/g);
  for (const { groups } of payloads) {
    const data = groups?.['data'] ?? '';
    if (Buffer.from(data, 'base64').toString('utf8').includes(secret)) return true;
  }
  return false;
}
