import type { IncomingMessage } from 'node:http';

export type BodyResult = { ok: true; body: Buffer } | { ok: false; cause: 'too-large' | 'aborted' };

const TOO_LARGE: BodyResult = { ok: false, cause: 'too-large' };
const ABORTED: BodyResult = { ok: false, cause: 'aborted' };

/**
 * Reads the exact bytes, whatever length the sender claims: a chunked body is cut at the limit, and
 * a claimed length over it is refused before anything is read.
 */
export function readBody(incoming: IncomingMessage, bytesMax: number): Promise<BodyResult> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve(TOO_LARGE);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    // What is resolved once stays so; the listeners end with the message that they listen to.
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) {
        chunks.length = 0;
        resolve(TOO_LARGE);
      } else chunks.push(chunk);
    });
    incoming.on('end', () => resolve({ ok: true, body: joined(chunks) }));
    incoming.on('close', () => resolve(ABORTED));
    incoming.on('error', () => resolve(ABORTED));
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
