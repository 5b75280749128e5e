import { statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, skipped, type Check } from './check.ts';

const OTHERS = 0o077;

/** Files that hold every secret of an instance: readable by their owner only. */
export function checkPrivateFiles(dataDir: string): Check {
  const present = ['run.json', 'secrets.json']
    .map((name) => join(dataDir, name))
    .flatMap((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ file, mode: stat.mode, uid: stat.uid }];
    });
  if (present.length === 0) return skipped('secrets', 'none are written yet');
  const own = process.getuid?.();
  const open = present.filter(({ mode }) => own !== undefined && (mode & OTHERS) !== 0);
  const foreign = present.filter(({ uid }) => own !== undefined && own !== 0 && uid !== own);
  if (open.length > 0) {
    const files = open.map(({ file }) => file).join(' ');
    return failed('secrets', `others than their owner can read ${files}`, `chmod 600 ${files}`);
  }
  if (foreign.length > 0) {
    const files = foreign.map(({ file }) => file).join(' ');
    return failed(
      'secrets',
      `another user owns ${files}`,
      'Run this as the user that runs Crossdock.',
    );
  }
  return ok('secrets', `${present.map(({ file }) => file).join(', ')}: for their owner only`);
}
