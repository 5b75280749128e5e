import type { Bundle } from '../../mapping/bundle.ts';
import type { GoldenCase, GoldenFile } from '../../mapping/read/read-golden.ts';
import type { Expectation, ExpectedErrorText, GoldenEdit } from './golden-edit.ts';

/** What a case gives today; null when its input does not fit, so that nothing runs. */
export function actualOf(bundle: Bundle, mapping: string, input: unknown): Expectation | null {
  const parsed = bundle.mapping(mapping).source.safeParse(input);
  if (!parsed.success) return null;
  const result = bundle.map(mapping, parsed.data);
  if (result.ok) return { output: result.output };
  const errors = result.errors.map(({ code, source, target }): ExpectedErrorText => ({
    code,
    ...(source === null ? {} : { source }),
    target,
  }));
  return { errors };
}

/** Edits by file that would make these cases pass. */
export function editsFor(
  bundle: Bundle,
  golden: readonly GoldenFile[],
  isMeant: (file: GoldenFile, one: GoldenCase) => boolean,
): Map<string, GoldenEdit[]> {
  const edits = new Map<string, GoldenEdit[]>();
  for (const file of golden) {
    for (const [index, one] of file.cases.entries()) {
      const expected = isMeant(file, one) ? actualOf(bundle, file.mapping, one.input) : null;
      if (expected === null) continue;
      const path = file.place.file.path;
      edits.set(path, [...(edits.get(path) ?? []), { index, expected }]);
    }
  }
  return edits;
}
