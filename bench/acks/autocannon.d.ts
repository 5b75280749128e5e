/** The part of autocannon that the bench uses; the package brings no types. */
declare module 'autocannon' {
  export interface LoadRequest {
    method: 'POST';
    path: string;
    headers: Record<string, string>;
    body: string;
  }

  export interface LoadClient {
    setRequests(requests: LoadRequest[]): void;
  }

  export interface LoadOptions {
    url: string;
    connections: number;
    /** Requests over all connections, after which the load ends. */
    amount: number;
    setupClient(client: LoadClient): void;
  }

  export interface LoadResult {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    latency: { p50: number; p99: number };
  }

  export default function autocannon(options: LoadOptions): Promise<LoadResult>;
}
