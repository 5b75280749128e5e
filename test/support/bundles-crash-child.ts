import { z } from 'zod';
import { edited, openDesk, orders, ORDER_RULES, type BundlesStage } from './bundles-stage.ts';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Changes its mappings until it is killed: by itself at the moment that it is told, or by its parent.
const [file = '', directory = '', moment = ''] = process.argv.slice(2);
const at = z.enum(['before-commit', 'after-commit', 'any']).parse(moment);
const stage: Pick<BundlesStage, 'file' | 'directory'> = { file, directory };
let armed = false;

function die(): void {
  if (armed) process.kill(process.pid, 'SIGKILL');
}

const { desk } = openDesk(stage, {
  inputs: orders(20),
  onShadow: () => {
    if (at === 'before-commit') die();
  },
  onEvent: () => {
    if (at === 'after-commit') die();
  },
});
await desk.boot();
const { hash } = desk.active();
process.send?.({ hash });
armed = true;
for (let version = 2; ; version += 1) {
  const texts = edited(ORDER_RULES, 'version: 1', `version: ${version}`);
  // Whole or not at all: a half-written file would be its own story.
  writeFileSync(join(directory, 'next'), texts[ORDER_RULES] ?? '');
  renameSync(join(directory, 'next'), join(directory, ORDER_RULES));
  await desk.reload('edited', { by: 'child' });
  if (version % 3 === 0) await desk.rollback({ by: 'child' });
}
