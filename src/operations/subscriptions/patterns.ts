/** A pattern is `*`, all types of a noun such as `ALERT.*`, or one type. */
export function matches(patterns: readonly string[], eventType: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === eventType ||
      (pattern.endsWith('.*') && eventType.startsWith(pattern.slice(0, -1))),
  );
}
