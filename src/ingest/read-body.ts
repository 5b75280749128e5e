import type { IncomingMessage } from 'node:http';

export type BodyResult = { ok: true; body: Buffer } | { ok: false; cause: 'too-large' | 'aborted' };

/**
 * Reads the exact bytes, whatever length the sender claims: a chunked body is cut at the limit, and
 * a claimed length over it is refused before anything is read.
 */
export function readBody(incoming: IncomingMessage, bytesMax: number): Promise<BodyResult> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) {
    return Promise.resolve({ ok: false, cause: 'too-large' });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyResult): void => {
      incoming.off('data', onData).off('end', onEnd).off('close', onLost).off('error', onLost);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > bytesMax) finish({ ok: false, cause: 'too-large' });
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      const [first] = chunks;
      const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
      finish({ ok: true, body });
    };
    const onLost = (): void => finish({ ok: false, cause: 'aborted' });
    incoming.on('data', onData).on('end', onEnd).on('close', onLost).on('error', onLost);
  });
}
