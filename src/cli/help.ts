import { GLOBAL_FLAGS, type Command, type FlagSpecs, type Verb } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';

/** The page of `crossdock --help`. */
export function renderOverview(verbs: readonly Verb[]): string {
  return [
    'crossdock: see and steer a running Crossdock.',
    '',
    'usage: crossdock <verb> [...] [flags]',
    '',
    ...rows(verbs.map((verb) => [verb.name, verb.purpose])),
    '',
    'flags of every verb:',
    ...flagRows(GLOBAL_FLAGS),
    '',
    'examples:',
    ...exampleRows([
      ['crossdock up', 'start everything, here, until Ctrl-C'],
      ['crossdock trigger order.created', 'a signed order arrives'],
      ['crossdock tail', 'watch what happens to it'],
    ]),
    '',
    'exit codes:',
    ...rows(Object.entries(EXIT_MEANINGS)),
    '',
    'crossdock <verb> --help teaches one verb. In a clone: npx crossdock ..., or node tools/crossdock.mjs ...',
  ].join('\n');
}

/** The page of `crossdock <verb> --help`: every command of it, or one. */
export function renderVerb(verb: Verb, only?: Command): string {
  const commands = only === undefined ? verb.commands : [only];
  const heading = verb.commands.length > 1 && only === undefined ? [verb.purpose, ''] : [];
  const pages = commands.map((command) => renderCommand(verb, command));
  return [
    ...heading,
    pages.join('\n\n'),
    '',
    'flags of every verb:',
    ...flagRows(GLOBAL_FLAGS),
  ].join('\n');
}

function renderCommand(verb: Verb, command: Command): string {
  const operands = command.operands ?? [];
  const flags = command.flags ?? {};
  return [
    `crossdock ${nameOf(verb, command)}: ${command.purpose}`,
    ...(command.about ?? []),
    '',
    `usage: ${usageLine(verb, command)}`,
    ...(operands.length === 0
      ? []
      : ['', ...rows(operands.map(({ name, about }) => [name, about]))]),
    ...(Object.keys(flags).length === 0 ? [] : ['', 'flags:', ...flagRows(flags)]),
    '',
    'examples:',
    ...exampleRows(command.examples),
    '',
    'exit codes:',
    ...rows(Object.entries(command.exits)),
  ].join('\n');
}

function nameOf(verb: Verb, command: Command): string {
  return [verb.name, ...(command.name === undefined ? [] : [command.name])].join(' ');
}

function usageLine(verb: Verb, command: Command): string {
  const operands = (command.operands ?? []).map(({ name, optional }) =>
    optional ? `[${name}]` : name,
  );
  return ['crossdock', nameOf(verb, command), ...operands, '[flags]'].join(' ');
}

function flagRows(flags: FlagSpecs): string[] {
  return rows(
    Object.entries(flags).map(([name, { value, many, about }]) => [
      `--${name}${value === undefined ? '' : ` ${value}`}`,
      many === true ? `${about} (may be repeated)` : about,
    ]),
  );
}

function exampleRows(examples: Command['examples']): string[] {
  return examples.flatMap(([line, about]) => [`  # ${about}`, `  ${line}`]);
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
