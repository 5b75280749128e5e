import type { HttpCall, HttpClient, HttpResult } from '../http.ts';
import type { Auth, Proof } from './create-auth.ts';

/**
 * A client whose calls prove who we are. A 401 is tried once more where another token can be had:
 * the far side did nothing with a call that it did not let in.
 */
export function withAuth(http: HttpClient, auth: Auth): HttpClient {
  const send = async (call: HttpCall, { headers, token }: Proof, timeoutMs: number) => {
    const proven = { ...call, headers: { ...call.headers, ...headers } };
    return cleaned(await http.call(proven, timeoutMs), auth, token?.text);
  };
  return {
    async call(call, timeoutMs) {
      const proof = await auth.prove();
      if (!('headers' in proof)) return proof;
      const result = await send(call, proof, timeoutMs);
      if (result.kind !== 'answer' || result.status !== 401) return result;
      const another = await auth.proveAfter(proof);
      if (another === null) return result;
      return 'headers' in another ? await send(call, another, timeoutMs) : another;
    },
    async close() {
      await Promise.all([http.close(), auth.close()]);
    },
  };
}

/** What errors and dead letters keep of an answer never holds what we sent to prove ourselves. */
function cleaned(result: HttpResult, auth: Auth, token: string | undefined): HttpResult {
  if (result.kind !== 'answer') return result;
  const text = auth.redact(result.text, token);
  return text === result.text ? result : { ...result, text };
}
