/** Headers by lower-case name, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The request as it arrived, to the byte. */
export interface SignedRequest {
  method: string;
  url: string;
  body: Buffer;
  headers: RequestHeaders;
}

/** The check that refused a request; for our log and the signature doctor, never for the caller. */
export type FailedCheck =
  | 'header-missing'
  | 'id-malformed'
  | 'timestamp-malformed'
  | 'timestamp-echo'
  | 'signature-malformed'
  | 'too-many-signatures'
  | 'no-live-secret'
  | 'signature-mismatch'
  | 'credentials-missing';

export type Verdict =
  | {
      authentic: true;
      secretId: string;
      /** Signed more than the tolerance ago or ahead; unknown yet when the body holds the time. */
      stale: boolean;
    }
  | { authentic: false; check: FailedCheck; header: string | null };

export interface Verifier {
  verify(request: SignedRequest, nowMs: number): Verdict;
  /** The header that must equal the body's event id; null when the profile has none. */
  readonly idHeader: string | null;
  /** Tolerance of the body's own timestamp; null when the body does not hold the time. */
  readonly bodyToleranceMs: number | null;
}

/** Both edges count as fresh. */
export function isStale(signedAtMs: number, nowMs: number, toleranceMs: number): boolean {
  return !(Math.abs(nowMs - signedAtMs) <= toleranceMs);
}

/** The value of a header; one that was given twice is joined and fits no grammar. */
export function headerOf(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
