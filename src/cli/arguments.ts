import { parseArgs } from 'node:util';
import { messageOf } from '../errors.ts';
import { GLOBAL_FLAGS, type Command, type FlagSpec, type FlagSpecs, type Verb } from './command.ts';
import { ParsedFlags, usage } from './flags.ts';
import { nearest } from './nearest.ts';

export type CommandLine =
  | { asks: 'help'; verb: Verb | undefined; command: Command | undefined }
  | { asks: 'version' }
  | {
      asks: 'run';
      verb: Verb;
      command: Command;
      flags: ParsedFlags;
      operands: Record<string, string | undefined>;
    };

const TOP_FLAGS: FlagSpecs = { ...GLOBAL_FLAGS, version: { about: 'the version' } };

const HELP: CommandLine = { asks: 'help', verb: undefined, command: undefined };

/** Reads a command line against the verbs; what is not in order is a usage error. */
export function readCommandLine(argv: readonly string[], verbs: readonly Verb[]): CommandLine {
  const loose = parse(argv, TOP_FLAGS, false);
  const first = loose.positionals[0];
  if (loose.values['version'] === true && first === undefined) return { asks: 'version' };
  if (first === undefined) {
    refuseUnknownFlags(loose.flags, TOP_FLAGS);
    if (loose.values['help'] === true) return HELP;
    throw usage('A verb is missing.', everyVerb(verbs));
  }
  if (first !== 'help') return readVerb(argv, verbNamed(first, verbs));
  const topic = loose.positionals[1];
  return topic === undefined ? HELP : helpOn(verbNamed(topic, verbs), loose.positionals.slice(2));
}

function readVerb(argv: readonly string[], verb: Verb): CommandLine {
  const everyFlag = Object.fromEntries(
    [GLOBAL_FLAGS, ...verb.commands.map((one) => one.flags ?? {})].flatMap(
      Object.entries<FlagSpec>,
    ),
  );
  const loose = parse(argv, everyFlag, false);
  const rest = loose.positionals.slice(1);
  if (loose.values['help'] === true) return helpOn(verb, rest);
  const command = commandNamed(verb, rest[0]);
  const flagSpecs = { ...GLOBAL_FLAGS, ...command.flags };
  refuseUnknownFlags(loose.flags, flagSpecs, helpHint(verb, command));
  const { values } = parse(argv, flagSpecs, true);
  const operands = readOperands(verb, command, command.name === undefined ? rest : rest.slice(1));
  return { asks: 'run', verb, command, flags: new ParsedFlags(values), operands };
}

function helpOn(verb: Verb, rest: readonly string[]): CommandLine {
  const command = verb.commands.find((one) => one.name !== undefined && one.name === rest[0]);
  return { asks: 'help', verb, command };
}

function verbNamed(name: string, verbs: readonly Verb[]): Verb {
  const verb = verbs.find((one) => one.name === name);
  if (verb !== undefined) return verb;
  const names = verbs.map((one) => one.name);
  const suggestion = didYouMean(nearest(name, names));
  throw usage(`There is no verb \`${name}\`.${suggestion}`, everyVerb(verbs));
}

function everyVerb(verbs: readonly Verb[]): string {
  return `crossdock --help lists every verb: ${verbs.map((one) => one.name).join(', ')}.`;
}

function commandNamed(verb: Verb, name: string | undefined): Command {
  const [only] = verb.commands;
  if (only !== undefined && only.name === undefined) return only;
  const command = verb.commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = verb.commands.flatMap((one) => one.name ?? []);
  throw usage(
    name === undefined
      ? `\`crossdock ${verb.name}\` needs one of: ${names.join(', ')}.`
      : `\`crossdock ${verb.name}\` has no \`${name}\`.${didYouMean(nearest(name, names))}`,
    helpHint(verb),
  );
}

function refuseUnknownFlags(given: readonly string[], specs: FlagSpecs, hint?: string): void {
  const names = Object.keys(specs);
  for (const flag of given) {
    const name = flag.replace(/^--?/, '');
    if (names.includes(name) || flag === '-h') continue;
    const near = nearest(name, names);
    const suggestion = near === undefined ? undefined : `--${near}`;
    throw usage(`There is no flag \`${flag}\` here.${didYouMean(suggestion)}`, hint);
  }
}

function readOperands(
  verb: Verb,
  command: Command,
  given: readonly string[],
): Record<string, string | undefined> {
  const specs = command.operands ?? [];
  const missing = specs.find((spec, position) => !spec.optional && !given[position]);
  if (missing !== undefined) {
    throw usage(`${missing.name} is missing: ${missing.about}.`, helpHint(verb, command));
  }
  const surplus = given[specs.length];
  if (surplus !== undefined) {
    throw usage(`\`${surplus}\` is one argument too many.`, helpHint(verb, command));
  }
  return Object.fromEntries(specs.map((spec, position) => [spec.name, given[position]]));
}

function parse(argv: readonly string[], specs: FlagSpecs, strict: boolean) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      {
        type: spec.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: spec.many === true,
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  try {
    const parsed = parseArgs({
      args: [...argv],
      options,
      strict,
      allowPositionals: true,
      tokens: true,
    });
    const flags = parsed.tokens.flatMap((token) =>
      token.kind === 'option' ? [token.rawName] : [],
    );
    return { values: parsed.values, positionals: parsed.positionals, flags };
  } catch (error) {
    throw usage(messageOf(error));
  }
}

function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : ` Did you mean \`${word}\`?`;
}

function helpHint(verb: Verb, command?: Command): string {
  return `crossdock ${[verb.name, command?.name].filter(Boolean).join(' ')} --help shows how.`;
}
