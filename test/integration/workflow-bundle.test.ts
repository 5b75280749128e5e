import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';

type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

const root = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/;

/** What runs inside Temporal's sandbox must replay the same for years: nothing gets in unseen. */
describe('the workflow bundle', () => {
  let modules: string[] = [];

  beforeAll(async () => {
    modules = await bundledModules();
  }, 60_000);

  it('holds these modules of ours and no other', () => {
    expect(modules.filter(isOurs)).toMatchInlineSnapshot(`
      [
        "src/domain/actions/action-tasks.ts",
        "src/domain/actions/action-view.ts",
        "src/domain/actions/action.ts",
        "src/domain/actions/carry-out.ts",
        "src/domain/actions/concerns.ts",
        "src/domain/actions/cut.ts",
        "src/domain/actions/decide.ts",
        "src/domain/actions/escalation.ts",
        "src/domain/actions/missing.ts",
        "src/domain/actions/operators.ts",
        "src/domain/actions/pick-concerns.ts",
        "src/domain/actions/remap.ts",
        "src/domain/actions/settle-actions.ts",
        "src/domain/actions/substitute.ts",
        "src/domain/actions/task-concerns.ts",
        "src/domain/assert.ts",
        "src/domain/backorders.ts",
        "src/domain/begin.ts",
        "src/domain/books.ts",
        "src/domain/by-hand.ts",
        "src/domain/cancel.ts",
        "src/domain/close.ts",
        "src/domain/commands.ts",
        "src/domain/crm-adopt.ts",
        "src/domain/crm-face.ts",
        "src/domain/crm-lane.ts",
        "src/domain/dead-letters.ts",
        "src/domain/details.ts",
        "src/domain/discard.ts",
        "src/domain/due.ts",
        "src/domain/excess.ts",
        "src/domain/failures.ts",
        "src/domain/fingerprint.ts",
        "src/domain/headline.ts",
        "src/domain/ids.ts",
        "src/domain/intent.ts",
        "src/domain/ledger.ts",
        "src/domain/lines-by-sku.ts",
        "src/domain/moot-letters.ts",
        "src/domain/named-lines.ts",
        "src/domain/offers.ts",
        "src/domain/orphan-pick.ts",
        "src/domain/outcomes.ts",
        "src/domain/parked.ts",
        "src/domain/pick-answers.ts",
        "src/domain/pick-books.ts",
        "src/domain/pick-event.ts",
        "src/domain/pick-line.ts",
        "src/domain/pick-priority.ts",
        "src/domain/pick-reading.ts",
        "src/domain/pick-request.ts",
        "src/domain/pick-snapshot.ts",
        "src/domain/pick-watch.ts",
        "src/domain/pick.ts",
        "src/domain/priority.ts",
        "src/domain/reduce.ts",
        "src/domain/route.ts",
        "src/domain/shares.ts",
        "src/domain/sku-split.ts",
        "src/domain/sla/calendar.ts",
        "src/domain/sla/ladder.ts",
        "src/domain/sla/local-day.ts",
        "src/domain/step.ts",
        "src/domain/take-change.ts",
        "src/domain/take-fact.ts",
        "src/domain/task-lane.ts",
        "src/domain/task-watch.ts",
        "src/domain/touch.ts",
        "src/domain/turn.ts",
        "src/domain/versions.ts",
        "src/domain/view.ts",
        "src/domain/waits.ts",
        "workflows/index.ts",
        "workflows/messages.ts",
        "workflows/order-fulfillment.ts",
        "workflows/reconciliation.ts",
        "workflows/search-attributes.ts",
        "workflows/send.ts",
        "workflows/stock-allocation.ts",
      ]
    `);
  });

  it('holds these packages and no other', () => {
    const packages = modules.map((path) => PACKAGE.exec(path)?.groups?.['name'] ?? '');
    expect([...new Set(packages)].filter((name) => name !== '').toSorted()).toMatchInlineSnapshot(`
      [
        "@temporalio/common",
        "@temporalio/workflow",
        "long",
        "ms",
        "nexus-rpc",
      ]
    `);
  });

  it('takes nothing of src but the domain', () => {
    const outside = modules.filter(
      (path) => path.startsWith('src/') && !path.startsWith('src/domain/'),
    );
    expect(outside).toEqual([]);
  });
});

/** Not what the bundler writes itself. */
function isOurs(path: string): boolean {
  return /\.tsx?$/.test(path) && !path.includes('node_modules/');
}

async function bundledModules(): Promise<string[]> {
  const seen = new Set<string>();
  await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: silentLogger(),
    webpackConfigHook: (config) => ({
      ...config,
      plugins: [...(config.plugins ?? []), moduleLister(seen)],
    }),
  });
  return [...seen].map((path) => relative(root, path).split(sep).join('/')).toSorted();
}

/** Collects the file of every module that webpack takes in. */
function moduleLister(seen: Set<string>): NonNullable<WebpackConfiguration['plugins']>[number] {
  return {
    apply(compiler) {
      compiler.hooks.compilation.tap('ModuleLister', (compilation) => {
        compilation.hooks.succeedModule.tap('ModuleLister', (module) => {
          const path = module.nameForCondition();
          if (path !== null) seen.add(path);
        });
      });
    },
  };
}

function silentLogger(): NonNullable<BundleOptions['logger']> {
  const quiet = (): void => undefined;
  return { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
}
