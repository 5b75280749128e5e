import { describe, expect, test } from 'vitest';
import type { ActionView } from '../../src/contracts/operators.ts';
import { API_KEY, openApiStage, type ApiStage } from '../support/api-stage.ts';
import { actionOf, shelve, writeActions } from '../support/books-shelf.ts';
import { crossdock, serve, type CliRun } from '../support/cli-stage.ts';

const CLOSED_AT = '2027-01-15T09:00:00.000Z';

interface CliStage extends ApiStage {
  run(...argv: string[]): Promise<CliRun>;
}

/** The commands against the API itself; only the order's workflow is a stand-in. */
async function openCli(...actions: ActionView[]): Promise<CliStage> {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-2' }]);
  writeActions(stage.books, actions);
  const { url } = await serve(stage.app);
  return {
    ...stage,
    run: (...argv) => crossdock([...argv, '--url', url, '--api-key', API_KEY]),
  };
}

function decided(id = 'A-1'): ActionView {
  const decision = { decision: 'wait', by: 'Ana', note: 'soon', at: CLOSED_AT } as const;
  return actionOf({
    action_id: id,
    status: 'RESOLVED',
    version: 2,
    closed_at: CLOSED_AT,
    decision,
  });
}

/** A stage whose order takes whatever is decided. */
async function openDecisions(): Promise<CliStage> {
  const stage = await openCli(actionOf({ action_id: 'A-1', version: 3 }));
  stage.orders.answer = () => ({
    kind: 'taken',
    detail: 'wait is carried out.',
    action: decided(),
  });
  return stage;
}

describe('actions list', () => {
  test('shows what waits, the first due first, and what was answered when asked for', async () => {
    const { run } = await openCli(
      actionOf({ action_id: 'A-2', due_at: '2027-01-15T13:00:00.000Z', reason: 'stuck' }),
      actionOf({ action_id: 'A-1' }),
      decided('A-3'),
    );
    const { end, stdout } = await run('actions', 'list');
    expect(end).toBe(0);
    expect(stdout).toMatch(
      /^A-1 +ORD-1 +OPEN +2027-01-15T12:00:00.000Z +1 +ship_partial wait substitute .+ pick_short\nA-2 /m,
    );
    const ids = async (...flags: string[]): Promise<string[]> => {
      const [page] = (await run('actions', 'list', '--json', ...flags)).json();
      return page.items.map((one: ActionView) => one.action_id);
    };
    expect(await ids('--reason', 'stuck')).toEqual(['A-2']);
    expect(await ids('--status', 'closed')).toEqual(['A-3']);
    expect(await ids('--status', 'resolved')).toEqual(['A-3']);
    expect(await ids('--status', 'all')).toHaveLength(3);
    expect(await ids('--order', 'ORD-2')).toEqual([]);
    expect(await ids('--connection', 'shop')).toEqual([]);
    expect(await ids('--limit', '1')).toEqual(['A-1']);
  });

  test('says that nobody is waited for, and refuses a status that there is not', async () => {
    const { run } = await openCli();
    const { end, stderr } = await run('actions', 'list');
    expect(end).toBe(0);
    expect(stderr).toContain('nobody is waited for');
    expect((await run('actions', 'list', '--status', 'done')).end).toBe(2);
  });
});

describe('actions show', () => {
  test('tells what happened, what is missing and what each answer does', async () => {
    const { run } = await openCli(actionOf({ action_id: 'A-1' }), decided('A-2'));
    const { end, stdout } = await run('actions', 'show', 'A-1');
    expect(end).toBe(0);
    expect(stdout).toMatch(/^what +PK-1 is short of 4 units on the floor\.$/m);
    expect(stdout).toMatch(/^ORD-1-1 +SKU-111 +3$/m);
    expect(stdout).toMatch(/^ship_partial +What there is goes out now\./m);
    expect(stdout).not.toContain('adopt_remote');
    const closed = await run('actions', 'show', 'A-2');
    expect(closed.stdout).toMatch(/^decided +wait by Ana at 2027-01-15T09:00:00.000Z$/m);
    expect(closed.stdout).not.toContain('WHAT IT DOES');
    expect((await run('actions', 'show', 'A-2', '--json')).json()).toEqual([decided('A-2')]);
    expect((await run('actions', 'show', 'A-9')).end).toBe(4);
  });
});

describe('actions decide', () => {
  test('answers the version that is there now, and shows the action as it stands', async () => {
    const stage = await openDecisions();
    const { end, stdout } = await stage.run('actions', 'decide', 'A-1', 'wait', '--note', 'soon');
    expect(end).toBe(0);
    expect(stage.asked[0]?.input).toMatchObject({
      expectedVersion: 3,
      decision: 'wait',
      note: 'soon',
    });
    expect(stdout).toMatch(/^status +RESOLVED$/m);
    expect(stdout).toMatch(/^outcome +wait is carried out\.$/m);
    const { json } = await stage.run('actions', 'decide', 'A-1', 'wait', '--json');
    expect(json()).toEqual([{ ...decided(), outcome: 'wait is carried out.' }]);
  });

  test('answers the version that is given, with lines of both kinds', async () => {
    const stage = await openDecisions();
    const version = ['--expected-version', '2'];
    await stage.run(
      'actions',
      'decide',
      'A-1',
      'cancel-line',
      '--line',
      'L1',
      '--line',
      'L2',
      ...version,
    );
    expect(stage.asked[0]?.input).toMatchObject({ expectedVersion: 2, lines: ['L1', 'L2'] });
    await stage.run(
      'actions',
      'decide',
      'A-1',
      'substitute',
      '--line',
      'L1=SKU-2:4:1.5',
      ...version,
    );
    expect(stage.asked[1]?.input).toMatchObject({
      substitutes: [{ lineId: 'L1', sku: 'SKU-2', qty: 4, ratio: 1.5 }],
    });
  });

  test('ends with 5 and the present state when somebody was first, with 4 when there is none', async () => {
    const stage = await openDecisions();
    const detail = 'Ana has decided wait already.';
    stage.orders.answer = () => ({ kind: 'conflict', detail, action: decided() });
    const { end, stderr, json } = await stage.run('actions', 'decide', 'A-1', 'wait', '--json');
    expect(end).toBe(5);
    expect(stderr).toContain(detail);
    expect(json()).toMatchObject([
      {
        error: { code: 'action-decided', problem: { action: { status: 'RESOLVED' }, version: 2 } },
      },
    ]);
    expect((await stage.run('actions', 'decide', 'A-9', 'wait')).end).toBe(4);
  });

  test('that got no answer is sent again under its key, and asks the order the same', async () => {
    const stage = await openDecisions();
    stage.temporal.state = 'away';
    const first = await stage.run('actions', 'decide', 'A-1', 'wait');
    expect(first.end).toBe(1);
    const key = /--idempotency-key (\S+)/.exec(first.stderr)?.[1] ?? '';
    expect(key).toMatch(/^[\w-]{36}$/);
    stage.temporal.state = 'here';
    const again = ['actions', 'decide', 'A-1', 'wait', '--idempotency-key', key];
    expect((await stage.run(...again)).end).toBe(0);
    expect((await stage.run(...again)).end).toBe(0);
    expect(stage.asked).toHaveLength(1);
    expect((await stage.run(...again.slice(0, -1), 'a b')).end).toBe(2);
  });
});

describe('orders', () => {
  test.each([
    ['cancel', 'cancelling'],
    ['hold', 'on_hold'],
    ['release', 'released'],
    ['retry', 'retrying'],
  ])('%s asks the order with the reason, and shows what it is then', async (name, status) => {
    const stage = await openCli();
    const { end, stdout } = await stage.run('orders', name, 'ORD-2', '--reason', 'why not');
    expect(end).toBe(0);
    expect(stdout).toMatch(new RegExp(`^status +${status}$`, 'm'));
    expect(stage.asked[0]).toMatchObject({
      order: { connection: 'crm', orderId: 'ORD-2' },
      input: { command: name, reason: 'why not', lines: null },
    });
  });

  test('cancel takes lines, and the connection of the order', async () => {
    const stage = await openCli();
    shelve(stage.books, [{ orderId: 'ORD-2', connection: 'shop' }]);
    const where = ['--connection', 'shop', '--reason', 'r', '--line', 'L1'];
    expect((await stage.run('orders', 'cancel', 'ORD-2', ...where)).end).toBe(0);
    expect(stage.asked[0]).toMatchObject({
      order: { connection: 'shop' },
      input: { lines: ['L1'] },
    });
  });

  test('ends with 2 without a reason, 4 for an unknown order, 5 for one that has ended, 1 without an answer', async () => {
    const stage = await openCli();
    const hold = (id: string, ...flags: string[]) =>
      stage.run('orders', 'hold', id, ...flags).then(({ end }) => end);
    expect(await hold('ORD-2')).toBe(2);
    expect(await hold('ORD-2', '--reason', ' ')).toBe(2);
    expect(await hold('ORD-9', '--reason', 'r')).toBe(4);
    stage.temporal.orders = 'closed';
    expect(await hold('ORD-2', '--reason', 'r')).toBe(5);
    stage.temporal.state = 'away';
    expect(await hold('ORD-2', '--reason', 'r')).toBe(1);
  });
});
