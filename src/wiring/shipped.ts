import { fileURLToPath } from 'node:url';

/** The mappings that Crossdock ships; the same from the sources and from what is built of them. */
export function shippedDirectory(): string {
  const root = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
  return fileURLToPath(new URL(`${root}mappings`, import.meta.url));
}
