import { fileURLToPath } from 'node:url';

/** A path from the package root. */
export function packagePath(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
