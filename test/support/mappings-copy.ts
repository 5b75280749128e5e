import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { SHIPPED_MAPPINGS } from './shipped-wiring.ts';

/** A mappings directory of a test's own. */
export interface MappingsCopy {
  directory: string;
  write(path: string, text: string): void;
  /** Replaces a text that a file holds. */
  edit(path: string, from: string, to: string): void;
}

/** The shipped files, or those of them that a test wants; golden cases only where they are asked for. */
export function copyMappings(
  wanted: (path: string) => boolean = (path) => !path.startsWith('golden/'),
): MappingsCopy {
  const directory = join(mkdtempSync(join(tmpdir(), 'crossdock-mappings-')), 'mappings');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  for (const { path, text } of readMappingFiles(SHIPPED_MAPPINGS)) {
    if (wanted(path)) write(path, text);
  }
  return {
    directory,
    write,
    edit(path, from, to) {
      const text = readFileSync(join(directory, path), 'utf8');
      if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
      write(path, text.replace(from, to));
    },
  };
}

/** What the template contract needs, and nothing of the vendors. */
export function isBuiltIn(path: string): boolean {
  return /^(?:connections|rules)\/(?:crm|tasks|wms)[./]|^functions\/|account-priority/.test(path);
}
