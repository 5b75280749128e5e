/** Shorter values are words such as `demo`, which hide nothing and would garble every error. */
const SECRET_CHARS_MIN = 5;

/** Takes secrets out of a text that somebody else wrote, such as the body of a 401. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SECRET_CHARS_MIN && clean.includes(secret)) {
      clean = clean.replaceAll(secret, '[redacted]');
    }
  }
  return clean;
}
