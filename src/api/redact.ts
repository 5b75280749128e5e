/** Characters of a request that the audit keeps. */
const CHARS_MAX = 2000;

const SECRET = /secret|token|password|authorization/i;

/** What was asked, as the audit keeps it: without secrets, cut; null for no JSON body. */
export function redacted(body: string): string | null {
  if (body === '') return null;
  try {
    const text = JSON.stringify(JSON.parse(body), (key, value: unknown) =>
      SECRET.test(key) ? '[redacted]' : value,
    );
    return text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text;
  } catch {
    return null;
  }
}
