import { expect, test } from 'vitest';
import { clockOf, dueIn, spanOf } from '../../src/action-page/moments.ts';
import { headingOf, standingOf, wordsOf } from '../../src/action-page/words.ts';
import { DecisionSchema } from '../../src/contracts/operators.ts';
import { actionOf } from '../support/books-shelf.ts';

const NOON = Date.parse('2027-01-15T12:00:00Z');
const MINUTE = 60_000;

test.each([
  [10_000, 'less than a minute'],
  [MINUTE, '1 min'],
  [59.4 * MINUTE, '59 min'],
  [60 * MINUTE, '1 h'],
  [130 * MINUTE, '2 h 10 min'],
  [24 * 60 * MINUTE, '1 day'],
  [50 * 60 * MINUTE, '2 days 2 h'],
])('%i ms are %s', (ms, text) => {
  expect(spanOf(ms)).toBe(text);
  expect(spanOf(-ms)).toBe(text);
});

test('says how much time is left, and how pressing that is', () => {
  const due = (minutes: number) => dueIn(new Date(NOON + minutes * MINUTE).toISOString(), NOON);
  expect(due(130)).toEqual({ text: 'Due in 2 h 10 min', urgency: 'calm' });
  expect(due(59)).toEqual({ text: 'Due in 59 min', urgency: 'soon' });
  expect(due(-35)).toEqual({ text: 'Overdue by 35 min', urgency: 'late' });
  expect(dueIn(null, NOON)).toEqual({ text: 'No due time', urgency: 'calm' });
});

test('writes times in the zone of the business, with its name, over a change of the clock', () => {
  const clock = clockOf('Europe/Berlin');
  expect(clock('2027-01-15T11:30:00Z', NOON)).toMatch(/^Fri,? 12:30 CET$/);
  expect(clock('2027-07-15T11:30:00Z', NOON)).toMatch(/^15 Jul 2027,? 13:30 CEST$/);
});

test('every decision has a name and one or two plain sentences, whatever it is about', () => {
  for (const decision of DecisionSchema.options) {
    for (const reason of ['pick_short', 'task_deleted', 'unmapped_value', 'of tomorrow']) {
      const { label, does } = wordsOf(decision, reason);
      expect(label).toMatch(/^[A-Z][a-z ]+$/);
      expect(does).toMatch(/^[A-Z].+\.$/);
      expect(does.split('. ').length).toBeLessThanOrEqual(2);
      expect(does).not.toMatch(/_/);
    }
  }
});

test('a reason that is not known yet still reads like words', () => {
  expect(headingOf('pick_short')).toBe('Units are missing at the warehouse');
  expect(headingOf('crate_lost_at-dock')).toBe('Crate lost at dock');
});

test('says in one sentence how an action stands', () => {
  const at = '2027-01-15T09:00:00.000Z';
  expect(standingOf(actionOf({ action_id: 'A' }))).toBe('Waits for a decision.');
  const gone = actionOf({ action_id: 'A', status: 'SUPERSEDED', closed_at: at });
  expect(standingOf(gone)).toContain('solved itself');
  const decision = { decision: 'cancel_line', by: 'Ana', note: null, at } as const;
  expect(standingOf(actionOf({ action_id: 'A', status: 'RESOLVED', decision }))).toBe(
    'Ana decided: Cancel lines.',
  );
});
