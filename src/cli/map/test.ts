import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../mapping/bundle.ts';
import type { CoverPoint } from '../../mapping/coverage.ts';
import { runGolden, type GoldenFailure, type GoldenReport } from '../../mapping/golden.ts';
import type { Command, Context } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { printDifferences } from './differences.ts';
import { compiled, countOf, DIR_FLAG, filesOf, mappingsDirectory, shortPath } from './directory.ts';
import { editGolden } from './golden-edit.ts';
import { editsFor } from './golden-run.ts';
import { mappingNamed } from './local-run.ts';

export const test: Command = {
  name: 'test',
  purpose: 'run the golden cases, and say what they do not reach',
  about: [
    'A golden case is an input with the output, or the errors, that it must give. They lie in golden/. What no case reaches is listed: rules, `absent:` and its like, table rows. That is no failure.',
    '',
    '  golden/acme/pick.yaml:14 acme.pick, case a dozen: The output is another than expected.',
    '    lines[0].picked: 24 -> 20',
    '',
    'With --update the expected outputs become what the mappings give today. Look at what it shows: it cannot know which side is right.',
  ],
  flags: {
    update: { about: 'write what comes out into the files, where it differs' },
    only: { value: 'NAME', about: 'only the cases of this mapping' },
    ...DIR_FLAG,
  },
  examples: [
    ['crossdock map test', 'does every mapping still give what it gave?'],
    ['crossdock map test --only acme.pick', 'the cases of one mapping'],
    [
      'crossdock map test --update && git diff mappings/golden',
      'take what comes out, then judge it',
    ],
  ],
  exits: {
    0: 'every case passes, or was written anew',
    1: 'a case fails, or the directory has mistakes',
    2: 'the command line is wrong',
    4: 'there is no such mapping',
  },
  run: async (context) => {
    const directory = mappingsDirectory(context);
    const { bundle } = compiled(filesOf(directory), shortPath(context, directory));
    const chosen = chosenOf(bundle, context.flags.text('only'));
    const report = reportOf(chosen, context.flags.text('only'));
    return context.flags.on('update')
      ? update(context, { directory, bundle: chosen, report })
      : tell(context, report);
  },
};

/** The bundle with the golden cases of one mapping. */
function chosenOf(bundle: Bundle, only: string | undefined): Bundle {
  if (only === undefined) return bundle;
  const { name } = mappingNamed(bundle, only);
  return { ...bundle, golden: bundle.golden.filter(({ mapping }) => mapping === name) };
}

function reportOf(bundle: Bundle, only: string | undefined): GoldenReport {
  const report = runGolden(bundle);
  const uncovered = report.uncovered.filter(
    ({ mapping }) => only === undefined || mapping === only,
  );
  return { ...report, uncovered };
}

function tell({ json, terminal }: Context, { passed, failed, uncovered }: GoldenReport): ExitCode {
  if (json)
    terminal.emit({ passed, failed, uncovered: uncovered.map(({ key: _, ...point }) => point) });
  else {
    for (const failure of failed) printFailure(terminal, failure);
    if (uncovered.length > 0) printUncovered(terminal, uncovered);
    terminal.print(`${passed} passed, ${failed.length} failed`);
  }
  if (failed.length > 0) {
    terminal.say('mend the rule; or, when the change is meant, `crossdock map test --update`');
  }
  return failed.length === 0 ? EXIT.ok : EXIT.failed;
}

function printFailure(terminal: Terminal, failure: GoldenFailure): void {
  const { file, line, mapping, complaint, differences } = failure;
  terminal.print(`${file}:${line} ${mapping}, case ${failure.case}: ${complaint}`);
  printDifferences(terminal, differences);
}

function printUncovered(terminal: Terminal, points: readonly CoverPoint[]): void {
  terminal.print('no case reaches:');
  for (const { file, line, what, mapping } of points) {
    terminal.print(`  ${file}:${line} ${what} (${mapping})`);
  }
}

interface Updating {
  directory: string;
  bundle: Bundle;
  report: GoldenReport;
}

function update(context: Context, { directory, bundle, report }: Updating): ExitCode {
  const { json, terminal } = context;
  const isFailed = (file: string, line: number): boolean =>
    report.failed.some((failure) => failure.file === file && failure.line === line);
  const edits = editsFor(bundle, bundle.golden, (_file, { place }) =>
    isFailed(place.file.path, place.file.position(place.from).line),
  );
  const texts = filesOf(directory).map(({ path, text }) => ({
    path,
    text: editGolden(path, text, edits.get(path) ?? []),
  }));
  // Compiled before anything is written, so that no file is left broken.
  const after = compiled(texts, shortPath(context, directory));
  for (const { path, text } of texts) {
    if (edits.has(path)) writeFileSync(join(directory, path), text);
  }
  const names = new Set(bundle.golden.map(({ mapping }) => mapping));
  const left = runGolden(after.bundle).failed.filter(({ mapping }) => names.has(mapping));
  const written = report.failed.filter(
    (failure) => !left.some((one) => one.file === failure.file && one.case === failure.case),
  );
  if (json) terminal.emit({ written, failed: left });
  else {
    for (const failure of written) printFailure(terminal, failure);
    terminal.print(
      `${countOf(written.length, 'case')} written anew in ${countOf(edits.size, 'file')}`,
    );
    for (const failure of left) printFailure(terminal, failure);
  }
  if (left.length > 0) terminal.say('what is left has to be mended by hand');
  return left.length === 0 ? EXIT.ok : EXIT.failed;
}
