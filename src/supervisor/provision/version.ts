import { fileURLToPath } from 'node:url';

/** The Temporal CLI that is downloaded or built; `tools/temporal-cli/go.mod` pins the same. */
export const TEMPORAL_CLI_VERSION = '1.8.2';

/** A path from the package root: three folders up from the sources, four from `dist/`. */
export function packagePath(path: string): string {
  const root = import.meta.url.endsWith('.ts') ? '../../../' : '../../../../';
  return fileURLToPath(new URL(root + path, import.meta.url));
}
