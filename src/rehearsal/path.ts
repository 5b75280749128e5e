/** The part of a path that contract.md writes: API and WMS paths stand under these prefixes. */
const PREFIX = /^\/api(?:\/external)?\/v1(?=\/|$)/;

/**
 * True when a path fits a pattern: exactly, by a prefix that ends in `*`, with `{name}` or `*`
 * for one segment, and with or without the version prefix on either side.
 */
export function pathMatches(pattern: string, path: string): boolean {
  const wanted = pattern.replace(PREFIX, '').split('/');
  const given = path.replace(PREFIX, '').split('/');
  const last = wanted.length - 1;
  const open = wanted[last]?.endsWith('*') ?? false;
  if (open ? given.length <= last : given.length !== wanted.length) return false;
  return wanted.every((segment, index) => {
    if (index < last || !open) return segmentMatches(segment, given[index] ?? '');
    return given.slice(index).join('/').startsWith(segment.slice(0, -1));
  });
}

function segmentMatches(wanted: string, given: string): boolean {
  if (wanted === '*' || /^\{.+\}$/.test(wanted)) return given !== '';
  return wanted === given;
}
