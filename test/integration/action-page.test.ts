import { describe, expect, test } from 'vitest';
import type { ActionView } from '../../src/contracts/operators.ts';
import type { ActionDecided } from '../../src/domain/inputs.ts';
import {
  fieldsOf,
  openPageStage,
  type PageStage,
  type Sheet,
} from '../support/action-page-stage.ts';
import { NOW } from '../support/api-stage.ts';
import { actionOf, writeActions } from '../support/books-shelf.ts';

const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

function decided(seed: Partial<ActionView> = {}): ActionView {
  const decision = { decision: 'wait', by: 'Ben (by link)', note: 'soon', at: at(-5) } as const;
  return question({ status: 'RESOLVED', version: 2, closed_at: at(-5), decision, ...seed });
}

function question(seed: Partial<ActionView> = {}): ActionView {
  return actionOf({ action_id: 'A-1', opened_at: at(-30), due_at: at(130), ...seed });
}

function openQuestion(seed: Partial<ActionView> = {}, env: Record<string, string> = {}): PageStage {
  const stage = openPageStage(env);
  writeActions(stage.books, [question(seed)]);
  stage.orders.answer = ({ input }) => {
    if (input.type !== 'action_decided') throw new Error('not a decision');
    const { decision, by, note } = input;
    const action = decided({ decision: { decision, by, note, at: at(0) }, closed_at: at(0) });
    writeActions(stage.books, [action]);
    return { kind: 'taken', detail: `${decision} is carried out.`, action };
  };
  return stage;
}

/** The form as the page gives it, filled in. */
async function filled(
  stage: PageStage,
  fields: Record<string, string | string[]>,
): Promise<URLSearchParams> {
  const form = fieldsOf(await stage.open(stage.link('A-1')));
  for (const [name, value] of Object.entries({ name: 'Ana', ...fields })) {
    form.delete(name);
    for (const one of [value].flat()) form.append(name, one);
  }
  return form;
}

function decisionOf(stage: PageStage, index = 0): ActionDecided {
  const input = stage.asked[index]?.input;
  if (input?.type !== 'action_decided') throw new Error('no decision reached the order');
  return input;
}

function expectPage({ headers, html }: Sheet): void {
  expect(headers.get('content-type')).toContain('text/html');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self'");
  expect(policy).not.toMatch(/script-src|unsafe|https?:/);
  expect(html).not.toMatch(/<script|<img|<link|\son\w+=|style="|javascript:/i);
}

describe('the page of a question', () => {
  test('says what happened, what is missing, by when, and what each answer does', async () => {
    const stage = openQuestion({ escalation: { rung: 2, name: 'lead' } });
    const sheet = await stage.open(stage.link('A-1'));
    expect(sheet.status).toBe(200);
    expectPage(sheet);
    expect(sheet.text).toContain('Units are missing at the warehouse');
    expect(sheet.text).toContain('PK-1 is short of 4 units on the floor.');
    expect(sheet.text).toContain('Due in 2 h 10 min');
    expect(sheet.text).toContain('Called: lead');
    expect(sheet.text).toMatch(/Asked Fri,? 07:31 UTC, 30 min ago\. Due Fri,? 10:11 UTC\./);
    expect(sheet.text).toMatch(/SKU-111 ORD-1-1 Ordered 3 Picked 0 Shipped 0 Missing 3 /);
    expect(sheet.text).toMatch(/SKU-222 ORD-1-2 Ordered \? Picked \? Shipped \? Missing 1 /);
    expect(sheet.text).toContain('The missing units are cancelled, and the CRM is told so.');
    expect(sheet.text).toContain('If it still stands later, the question comes back.');
    for (const choice of question().choices) expect(sheet.html).toContain(`value="${choice}"`);
    expect(sheet.html).not.toContain('value="adopt_remote"');
  });

  test('shows whatever other systems wrote as text', async () => {
    const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
    const stage = openQuestion({
      detail: evil,
      lines: [{ line_id: evil, sku: evil, missing: 1 }],
      reason: evil,
    });
    const sheet = await stage.open(stage.link('A-1'));
    expect(sheet.status).toBe(200);
    expect(sheet.html).not.toMatch(/<script|<img/);
    expect(sheet.html).toContain('&lt;script&gt;');
  });

  test('says how a closed question ended, and offers nothing', async () => {
    const stage = openPageStage();
    writeActions(stage.books, [decided(), actionOf({ action_id: 'A-2' })]);
    const sheet = await stage.open(stage.link('A-1'));
    expect(sheet.text).toContain('Ben (by link) decided: Wait.');
    expect(sheet.text).toContain('5 min ago');
    expect(sheet.text).toContain('“soon”');
    expect(sheet.html).not.toContain('type="radio"');
    writeActions(stage.books, [actionOf({ action_id: 'A-1' })]);
    writeActions(stage.books, []);
    expect((await stage.open(stage.link('A-2'))).text).toContain('it has solved itself');
  });

  test('a question that is not there, or not there yet, is a 404 that explains itself', async () => {
    const stage = openPageStage();
    const sheet = await stage.open(stage.link('A-9'));
    expect(sheet.status).toBe(404);
    expect(sheet.text).toContain('load this page again in a moment');
    expectPage(sheet);
  });
});

describe('a decision', () => {
  test('is handed to the order with name, note and ticked lines, and its outcome is shown', async () => {
    const stage = openQuestion();
    const form = await filled(stage, {
      decision: 'ship_partial',
      'ship_partial.line': ['ORD-1-1'],
      note: ' customer agreed ',
    });
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(200);
    expectPage(sheet);
    expect(sheet.text).toContain('Done. Ana (by link) decided: Ship what there is.');
    expect(sheet.text).toContain('What there is goes out now.');
    expect(sheet.html).not.toContain('type="radio"');
    expect(decisionOf(stage)).toMatchObject({
      actionId: 'A-1',
      expectedVersion: 1,
      decision: 'ship_partial',
      lines: ['ORD-1-1'],
      substitutes: [],
      note: 'customer agreed',
      by: 'Ana (by link)',
    });
    expect(stage.operations.audit.list({ limit: 5 }).items).toMatchObject([
      {
        actor: 'Ana (by link)',
        action: 'POST /actions/{action_id}',
        target: '/actions/A-1',
        reason: 'customer agreed',
        outcome: 'taken',
      },
    ]);
    expect(JSON.stringify(stage.operations.audit.list({ limit: 5 }))).not.toContain(
      form.get('t') ?? '?',
    );
  });

  test('ticks every line to ship without it, and none to cancel unless there is but one', async () => {
    const stage = openQuestion();
    const form = fieldsOf(await stage.open(stage.link('A-1')));
    expect(form.getAll('ship_partial.line')).toEqual(['ORD-1-1', 'ORD-1-2']);
    expect(form.getAll('cancel_line.line')).toEqual([]);
    const none = await filled(stage, { decision: 'cancel_line' });
    const sheet = await stage.send('/actions/A-1', none);
    expect(sheet.status).toBe(422);
    expect(sheet.text).toContain('Tick at least one line.');
    expect(stage.asked).toEqual([]);
    const single = openQuestion({ lines: [{ line_id: 'L1', sku: 'S', missing: 1 }] });
    const alone = fieldsOf(await single.open(single.link('A-1')));
    expect(alone.getAll('cancel_line.line')).toEqual(['L1']);
  });

  test('names what is sent instead, row by row; a row without an article is left alone', async () => {
    const stage = openQuestion();
    const form = await filled(stage, {
      decision: 'substitute',
      'sub.0.sku': 'SKU-9',
      'sub.0.qty': '2',
      'sub.0.ratio': '1.5',
    });
    expect(form.get('sub.1.qty')).toBe('1');
    expect((await stage.send('/actions/A-1', form)).status).toBe(200);
    expect(decisionOf(stage)).toMatchObject({
      lines: null,
      substitutes: [{ lineId: 'ORD-1-1', sku: 'SKU-9', qty: 2, ratio: 1.5 }],
    });
  });

  test.each([
    [{}, 'Choose what should happen.'],
    [{ decision: 'shrug' }, 'Choose what should happen.'],
    [{ decision: 'wait', name: ' ' }, 'Say who you are'],
    [{ decision: 'wait', name: 'x'.repeat(81) }, 'The name is too long.'],
    [{ decision: 'wait', note: 'x'.repeat(2001) }, 'The note is too long.'],
    [{ decision: 'substitute' }, 'Name the article that is sent instead.'],
    [{ decision: 'substitute', 'sub.0.sku': 'S', 'sub.0.qty': '0' }, 'Line ORD-1-1:'],
    [{ decision: 'substitute', 'sub.0.sku': 'S', 'sub.0.qty': 'two' }, 'Line ORD-1-1:'],
    [
      { decision: 'substitute', 'sub.0.sku': 'S', 'sub.0.qty': '3', 'sub.0.ratio': '0.5' },
      'is not a whole number',
    ],
  ])('%j is given back with what is missing, and what was typed stays', async (fields, words) => {
    const stage = openQuestion();
    const form = await filled(stage, { note: 'my note', ...fields });
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(422);
    expect(sheet.text).toContain(words);
    expect(sheet.html).toContain((fields as { note?: string }).note ?? 'my note');
    expect(fieldsOf(sheet).get('decision')).toBe(
      form.get('decision') === 'shrug' ? null : form.get('decision'),
    );
    expect(stage.asked).toEqual([]);
    expect(stage.operations.audit.list({ limit: 1 }).items).toEqual([]);
  });

  test('that comes too late shows who decided what and when', async () => {
    const stage = openQuestion();
    const form = await filled(stage, { decision: 'cancel_order' });
    const action = decided();
    writeActions(stage.books, [action]);
    stage.orders.answer = () => ({ kind: 'conflict', detail: 'Decided already.', action });
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(409);
    expect(sheet.text).toContain('You are too late. Ben (by link) decided: Wait.');
    expect(sheet.text).toContain('5 min ago');
    expect(sheet.text).toContain('Your answer has changed nothing.');
    expect(sheet.html).not.toContain('type="radio"');
  });

  test('on facts that have changed shows the new ones, and can be made on them', async () => {
    const stage = openQuestion();
    const form = await filled(stage, { decision: 'wait' });
    const { answer } = stage.orders;
    const action = question({ version: 4, detail: 'PK-1 is short of 9 units on the floor.' });
    writeActions(stage.books, [action]);
    stage.orders.answer = () => ({ kind: 'conflict', detail: 'It has changed.', action });
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(409);
    expect(sheet.text).toContain('Things have changed while you were looking.');
    expect(sheet.text).toContain('PK-1 is short of 9 units');
    const again = fieldsOf(sheet);
    expect(again.get('version')).toBe('4');
    stage.orders.answer = answer;
    again.set('decision', 'wait');
    again.set('name', 'Ana');
    expect((await stage.send('/actions/A-1', again)).status).toBe(200);
    expect(decisionOf(stage, 1)).toMatchObject({ expectedVersion: 4 });
    expect(decisionOf(stage, 1).eventId).not.toBe(decisionOf(stage, 0).eventId);
  });

  test('that cannot be carried out is given back with the reason, and asked anew when mended', async () => {
    const stage = openQuestion();
    const { answer } = stage.orders;
    const detail = 'Nothing is missing on these lines.';
    stage.orders.answer = () => ({
      kind: 'refused',
      code: 'nothing-missing',
      detail,
      action: null,
    });
    const sheet = await stage.send(
      '/actions/A-1',
      await filled(stage, { decision: 'ship_partial' }),
    );
    expect(sheet.status).toBe(422);
    expect(sheet.text).toContain(detail);
    stage.orders.answer = answer;
    const again = fieldsOf(sheet);
    expect(again.get('decision')).toBe('ship_partial');
    expect((await stage.send('/actions/A-1', again)).status).toBe(200);
    expect(decisionOf(stage, 1).eventId).not.toBe(decisionOf(stage, 0).eventId);
  });

  test('while the order cannot be asked is given back whole, and sent again is done once', async () => {
    const stage = openQuestion();
    stage.temporal.state = 'away';
    const sheet = await stage.send(
      '/actions/A-1',
      await filled(stage, { decision: 'wait', note: 'n' }),
    );
    expect(sheet.status).toBe(503);
    expect(sheet.headers.get('retry-after')).toBe('5');
    expect(sheet.text).toContain('Nothing is lost. Wait a moment and press the button again');
    const again = fieldsOf(sheet);
    expect(again.get('decision')).toBe('wait');
    stage.temporal.state = 'here';
    for (const _twice of [1, 2]) await stage.send('/actions/A-1', again);
    const ids = stage.asked.map(({ input }) => input.eventId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(stage.operations.audit.list({ limit: 5 }).items.map((one) => one.outcome)).toEqual([
      'taken',
      'taken',
      'order-unanswered',
    ]);
  });

  test('is not made where it cannot be written down', async () => {
    const stage = openQuestion();
    const form = await filled(stage, { decision: 'wait' });
    stage.operations.audit.begin = () => {
      throw new Error('disk full');
    };
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(503);
    expect(sheet.text).not.toContain('disk full');
    expect(stage.asked).toEqual([]);
  });

  test('that fails by a fault of ours shows no message of its own, and is written down as failed', async () => {
    const stage = openQuestion();
    stage.orders.answer = () => {
      throw new Error('secret detail');
    };
    const sheet = await stage.send('/actions/A-1', await filled(stage, { decision: 'wait' }));
    expect(sheet.status).toBe(500);
    expectPage(sheet);
    expect(sheet.text).toContain('Something went wrong on our side');
    expect(sheet.html).not.toContain('secret detail');
    expect(stage.operations.audit.list({ limit: 1 }).items[0]?.outcome).toBe('500 internal');
  });

  test('a form that is too large is a 413', async () => {
    const stage = openQuestion({}, { CROSSDOCK_ACTION_PAGE_BODY_BYTES_MAX: '1024' });
    const form = await filled(stage, { decision: 'wait', note: 'x'.repeat(1100) });
    const sheet = await stage.send('/actions/A-1', form);
    expect(sheet.status).toBe(413);
    expectPage(sheet);
  });
});
