import { expect, test } from 'vitest';
import { NOW, openApiStage, type ApiStage } from '../support/api-stage.ts';
import { actionOf, writeActions } from '../support/books-shelf.ts';

async function scrape(stage: ApiStage): Promise<string[]> {
  const lines = (await (await stage.app.request('/metrics')).text()).split('\n');
  return lines.filter((line) => line.startsWith('crossdock_action'));
}

test('counts open actions by reason, and tells how long the first due is overdue', async () => {
  const stage = openApiStage();
  const due = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
  const closed = { status: 'SUPERSEDED', closed_at: due(-10), due_at: due(-9000) } as const;
  writeActions(stage.books, [
    actionOf({ action_id: 'A-1', due_at: due(-90) }),
    actionOf({ action_id: 'A-2', due_at: due(60) }),
    actionOf({ action_id: 'A-3', reason: 'stuck', due_at: null }),
    actionOf({ action_id: 'A-4', reason: 'task_closed', ...closed }),
  ]);
  expect((await scrape(stage)).toSorted()).toEqual([
    'crossdock_action_oldest_overdue_seconds 90',
    'crossdock_actions_open{reason="pick_short"} 2',
    'crossdock_actions_open{reason="stuck"} 1',
  ]);
  const [first, second] = ['A-1', 'A-2'].map((id) => actionOf({ action_id: id, ...closed }));
  if (first === undefined || second === undefined) throw new Error('two actions');
  writeActions(stage.books, [first, second, actionOf({ action_id: 'A-3', reason: 'stuck' })]);
  stage.clock.now += 5000;
  expect((await scrape(stage)).filter((line) => line.includes('reason'))).toEqual([
    'crossdock_actions_open{reason="stuck"} 1',
  ]);
});

test('without books nobody is waited for and nothing is overdue', async () => {
  const stage = openApiStage({ withoutBooks: true });
  expect(await scrape(stage)).toEqual(['crossdock_action_oldest_overdue_seconds 0']);
});
