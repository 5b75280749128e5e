import type { Sqlite } from '../db/open.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import { digestOf, shortOf, textHashOf } from './digest.ts';
import type { BundleTexts, StoredBundle } from './records.ts';

interface BundleRow {
  hash: string;
  digest: string;
  storedAt: number;
}

/** Reads a bundle with all its files; works on a read-only connection too. */
export function bundleReaderOf(sqlite: Sqlite): (hash: string) => StoredBundle | undefined {
  const bundle = sqlite.prepare<[string], BundleRow>(
    'SELECT hash, digest, stored_at AS storedAt FROM bundles WHERE hash = ?',
  );
  const texts = sqlite.prepare<[string], SourceText>(`SELECT f.path, t.text FROM bundle_files f
    JOIN bundle_texts t ON t.hash = f.text_hash WHERE f.bundle = ? ORDER BY f.path`);
  const read = sqlite.transaction((hash: string): StoredBundle | undefined => {
    const row = bundle.get(hash);
    return row === undefined ? undefined : { ...row, files: texts.all(hash) };
  });
  return (hash) => {
    const stored = read(hash);
    // Orders run by these texts: a damaged file must be noticed, not followed.
    if (stored !== undefined && digestOf(stored.files) !== stored.digest) {
      throw new Error(`Bundle ${shortOf(hash)} in mappings.db is damaged: restore a backup of it.`);
    }
    return stored;
  };
}

export interface FilesWriter {
  /** Does nothing for a hash that is stored already. Runs in the caller's transaction. */
  keep(bundle: BundleTexts, at: number): void;
  /** Removes the bundle and the texts that no other holds. Runs in the caller's transaction. */
  remove(hash: string): void;
}

export function filesWriterOf(sqlite: Sqlite): FilesWriter {
  const addBundle = sqlite.prepare(`INSERT INTO bundles (hash, digest, files, stored_at)
    VALUES (@hash, @digest, @files, @at) ON CONFLICT DO NOTHING`);
  const addText = sqlite.prepare(
    'INSERT INTO bundle_texts (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const addFile = sqlite.prepare(
    'INSERT INTO bundle_files (bundle, path, text_hash) VALUES (?, ?, ?)',
  );
  const removeBundle = sqlite.prepare('DELETE FROM bundles WHERE hash = ?');
  const removeTexts = sqlite.prepare(`DELETE FROM bundle_texts WHERE NOT EXISTS
    (SELECT 1 FROM bundle_files f WHERE f.text_hash = bundle_texts.hash)`);
  return {
    keep({ hash, files }, at) {
      const added = addBundle.run({ hash, digest: digestOf(files), files: files.length, at });
      if (added.changes === 0) return;
      for (const { path, text } of files) {
        const textHash = textHashOf(text);
        addText.run(textHash, text);
        addFile.run(hash, path, textHash);
      }
    },
    remove(hash) {
      removeBundle.run(hash);
      removeTexts.run();
    },
  };
}
