import { z } from 'zod';
import { DecisionSchema, type Decision } from '../contracts/operators.ts';
import { IdSchema } from '../contracts/primitives.ts';
import type { SubstituteLine } from '../domain/inputs.ts';

/** One row of the substitute's fields, as typed. */
export interface SubstituteFields {
  lineId: string;
  sku: string;
  qty: string;
  ratio: string;
}

/** What a person filled in, valid or not, so that it can be shown again. */
export interface FilledForm {
  decision: string | null;
  /** Ticked lines by decision. */
  ticked: Partial<Record<Decision, readonly string[]>>;
  substitutes: readonly SubstituteFields[];
  name: string;
  note: string;
  version: number;
  /** Made with the page: sending the same page twice decides once. */
  key: string;
}

/** What a filled form asks for. */
export interface FormDecision {
  decision: Decision;
  lines: string[] | null;
  substitutes: SubstituteLine[];
  note: string | null;
  name: string;
}

export const NAME_CHARS_MAX = 80;
export const NOTE_CHARS_MAX = 2000;

/** Lines that a page lists one by one. */
export const LINES_SHOWN_MAX = 100;

export const TICKING = ['ship_partial', 'cancel_line'] as const satisfies readonly Decision[];

export function readForm(form: URLSearchParams): FilledForm {
  const text = (name: string): string => (form.get(name) ?? '').trim();
  const substitutes: SubstituteFields[] = [];
  for (let row = 0; row < LINES_SHOWN_MAX && form.has(`sub.${row}.line`); row += 1) {
    const of = (field: string): string => text(`sub.${row}.${field}`);
    substitutes.push({ lineId: of('line'), sku: of('sku'), qty: of('qty'), ratio: of('ratio') });
  }
  return {
    decision: form.get('decision'),
    ticked: Object.fromEntries(TICKING.map((one) => [one, form.getAll(`${one}.line`)])),
    substitutes,
    name: text('name'),
    note: text('note'),
    version: /^\d{1,9}$/.test(text('version')) ? Number(text('version')) : 0,
    key: /^[\w-]{8,64}$/.test(text('key')) ? text('key') : '',
  };
}

/** The decision, or what is still missing, a sentence each. */
export function decisionIn(
  form: FilledForm,
  /** Line ids that could be ticked. */
  tickable: readonly string[],
): { decision: FormDecision } | { problems: string[] } {
  const decision = DecisionSchema.safeParse(form.decision).data;
  const problems: string[] = [];
  if (decision === undefined) problems.push('Choose what should happen.');
  if (form.name === '') problems.push('Say who you are, so that others know whom to ask.');
  if (form.name.length > NAME_CHARS_MAX) problems.push('The name is too long.');
  if (form.note.length > NOTE_CHARS_MAX) problems.push('The note is too long.');
  const lines = decision === undefined ? null : tickedLines(decision, { form, tickable });
  if (lines?.length === 0) problems.push('Tick at least one line.');
  const substitutes = decision === 'substitute' ? substitutesIn(form, problems) : [];
  if (decision === undefined || problems.length > 0) return { problems };
  const note = form.note === '' ? null : form.note;
  return { decision: { decision, lines, substitutes, note, name: form.name } };
}

function tickedLines(
  decision: Decision,
  { form, tickable }: { form: FilledForm; tickable: readonly string[] },
): string[] | null {
  if (tickable.length === 0 || !TICKING.some((one) => one === decision)) return null;
  return [...(form.ticked[decision] ?? [])];
}

const WholeSchema = z.coerce.number().int().min(1).max(1_000_000_000);
const RatioSchema = z.coerce.number().positive().max(1_000_000);

/** Rows without an article are left out. */
function substitutesIn(form: FilledForm, problems: string[]): SubstituteLine[] {
  const filled = form.substitutes.filter(({ sku }) => sku !== '');
  if (filled.length === 0) problems.push('Name the article that is sent instead.');
  return filled.flatMap(({ lineId, ...row }) => {
    const sku = IdSchema.safeParse(row.sku).data;
    const qty = WholeSchema.safeParse(row.qty).data;
    const ratio = RatioSchema.safeParse(row.ratio === '' ? '1' : row.ratio).data;
    if (sku === undefined || qty === undefined || ratio === undefined) {
      problems.push(
        `Line ${lineId}: the article, how many units it replaces (a whole number), and how many of it go out for each.`,
      );
      return [];
    }
    if (!Number.isInteger(qty * ratio)) {
      problems.push(`Line ${lineId}: ${qty} units times ${ratio} is not a whole number.`);
      return [];
    }
    return [{ lineId, sku, qty, ratio }];
  });
}
