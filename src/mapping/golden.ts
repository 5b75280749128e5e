import { runTraced, type Bundle } from './bundle.ts';
import { differencesOf, type Difference } from './compare.ts';
import { coverPoints, coveredBy, type CoverPoint } from './coverage.ts';
import type { ExpectedError, GoldenCase } from './read/read-golden.ts';
import type { MapError, Trace } from './run/run.ts';

export interface GoldenFailure {
  file: string;
  line: number;
  mapping: string;
  case: string;
  complaint: string;
  /** From what was expected to what came out. */
  differences: Difference[];
}

export interface GoldenReport {
  passed: number;
  failed: GoldenFailure[];
  /** Rules, cases and table rows that no golden case reaches. */
  uncovered: CoverPoint[];
}

/** Runs the bundle's golden cases: parse by the source schema, map, compare. */
export function runGolden(bundle: Bundle): GoldenReport {
  const failed: GoldenFailure[] = [];
  const reached = new Set<string>();
  let passed = 0;
  for (const { mapping, cases } of bundle.golden) {
    for (const one of cases) {
      const traces: Trace[] = [];
      const complaint = judge(bundle, { mapping, one, traces });
      for (const point of coveredBy(traces)) reached.add(point);
      if (complaint === null) passed += 1;
      else failed.push({ ...namesOf(one), mapping, ...complaint });
    }
  }
  const uncovered = coverPoints(bundle).filter(({ key }) => !reached.has(key));
  return { passed, failed, uncovered };
}

function namesOf({ name, place }: GoldenCase) {
  return { file: place.file.path, line: place.file.position(place.from).line, case: name };
}

interface Judging {
  mapping: string;
  one: GoldenCase;
  traces: Trace[];
}

type Problem = Pick<GoldenFailure, 'complaint' | 'differences'>;

function judge(bundle: Bundle, { mapping, one, traces }: Judging): Problem | null {
  const parsed = bundle.mapping(mapping).source.safeParse(one.input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    return { complaint: `The input does not fit its schema: ${at}.`, differences: [] };
  }
  const { result, trace } = runTraced(bundle, mapping, parsed.data);
  traces.push(...trace);
  if ('errors' in one.expected)
    return judgeErrors(one.expected.errors, result.ok ? [] : result.errors);
  if (!result.ok)
    return {
      complaint: `An output was expected; there is ${said(result.errors)}.`,
      differences: [],
    };
  const differences = differencesOf(one.expected.output, result.output);
  return differences.length === 0
    ? null
    : { complaint: 'The output is another than expected.', differences };
}

function judgeErrors(
  expected: readonly ExpectedError[],
  errors: readonly MapError[],
): Problem | null {
  const isMeant = (want: ExpectedError, got: MapError): boolean =>
    want.code === got.code &&
    (want.source === undefined || want.source === got.source) &&
    (want.target === undefined || want.target === got.target);
  const all = expected.every((want) => errors.some((got) => isMeant(want, got)));
  const only = errors.every((got) => expected.some((want) => isMeant(want, got)));
  if (all && only && errors.length > 0) return null;
  const wanted = expected
    .map(({ code, source }) => `${code} of ${source ?? 'any source'}`)
    .join(', ');
  return { complaint: `${wanted} was expected; there is ${said(errors)}.`, differences: [] };
}

function said(errors: readonly MapError[]): string {
  if (errors.length === 0) return 'no error';
  return errors.map(({ code, source, target }) => `${code} of ${source ?? target}`).join(', ');
}
