import type { Circuit } from './circuit.ts';
import type { HttpClient, HttpResult } from './http.ts';

/** A client whose every call counts against the rate of its connection. */
export function chargedClient(http: HttpClient, circuit: Pick<Circuit, 'charge'>): HttpClient {
  return {
    call(call, timeoutMs) {
      circuit.charge();
      return http.call(call, timeoutMs);
    },
    close: () => http.close(),
  };
}

export interface GatedOptions {
  http: HttpClient;
  circuit: Circuit;
  /** Whether it waits behind commands, or only for its place among them. */
  givesWay: boolean;
  /** How long a call waits before it goes out beside the commands, or is given up. */
  waitMaxMs: number;
}

/**
 * A client for what is not an order's command, such as reconciliation: it shares the circuit and
 * the budget of its connection. What finds no place in time is not sent, nor is anything while the
 * far side is down.
 */
export function gatedClient({ http, circuit, givesWay, waitMaxMs }: GatedOptions): HttpClient {
  return {
    async call(call, timeoutMs) {
      const until = Date.now() + waitMaxMs;
      for (;;) {
        const leftMs = until - Date.now();
        const pass = circuit.enterBehind(givesWay && leftMs > 0);
        if (pass.go) break;
        if (pass.closed || leftMs <= 0) {
          return { kind: 'unreachable', error: `not sent: ${pass.reason}` };
        }
        await pause(Math.min(pass.waitMs, leftMs));
      }
      circuit.charge();
      const result = await http.call(call, timeoutMs);
      circuit.leaveBehind(serves(result));
      return result;
    },
    close: () => http.close(),
  };
}

/** Whether an answer shows that a system is at work, whatever it thinks of the call. */
export function serves(result: HttpResult): boolean {
  return result.kind === 'denied' || (result.kind === 'answer' && result.status < 500);
}

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
