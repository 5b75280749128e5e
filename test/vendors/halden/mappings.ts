import { fileURLToPath } from 'node:url';
import { readMappingFiles } from '../../../src/mapping/load.ts';
import type { SourceText } from '../../../src/mapping/yaml/node.ts';

const DIRECTORY = fileURLToPath(new URL('../../fixtures/vendors/halden/', import.meta.url));

/** All that connects Halden: files alone, as somebody writes them by docs/mappings.md. */
export function haldenFiles(): SourceText[] {
  return readMappingFiles(DIRECTORY).map(({ path, text }) => ({
    path: path.replace('/', '/halden/'),
    text,
  }));
}
