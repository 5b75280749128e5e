import type { Env } from '../config/env.ts';
import type { ParsedFlags } from './flags.ts';
import type { CliSettings } from './config.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface FlagSpec {
  /** What stands for its value in help; a flag without one is on or off. */
  value?: string;
  /** May be given several times. */
  many?: true;
  about: string;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface OperandSpec {
  name: string;
  about: string;
  optional?: true;
}

/** A process that the launcher starts in its own place. */
export type Entry = 'api' | 'worker' | 'wms';

export type CommandEnd = ExitCode | { entry: Entry };

export interface Context {
  /** Operands by name, as the command declares them. */
  operands: Readonly<Record<string, string | undefined>>;
  flags: ParsedFlags;
  json: boolean;
  terminal: Terminal;
  settings: CliSettings;
  env: Env;
  cwd: string;
  /** From the first call on, Ctrl-C and SIGTERM abort this signal instead of ending the process. */
  stopSignal(): AbortSignal;
}

/** One command of a verb: `crossdock <verb> [<name>] [operands] [flags]`. */
export interface Command {
  /** Absent when the verb has just this one. */
  name?: string;
  purpose: string;
  /** Further paragraphs of its help. */
  about?: readonly string[];
  operands?: readonly OperandSpec[];
  flags?: FlagSpecs;
  examples: readonly (readonly [line: string, about: string])[];
  /** The exit codes that it may end with, and what each means here. */
  exits: Readonly<Partial<Record<ExitCode, string>>>;
  run(context: Context): Promise<CommandEnd>;
}

export interface Verb {
  name: string;
  purpose: string;
  commands: readonly Command[];
}

/** Flags of every command. */
export const GLOBAL_FLAGS: FlagSpecs = {
  'data-dir': {
    value: 'DIR',
    about: 'where the instance keeps its data (CROSSDOCK_DATA_DIR, else .crossdock)',
  },
  url: { value: 'URL', about: 'address of the api, instead of DIR/run.json (CROSSDOCK_API_URL)' },
  'api-key': { value: 'KEY', about: 'its API key (CROSSDOCK_API_KEY)' },
  json: { about: 'machine output on stdout, one JSON value a line; words stay on stderr' },
  help: { about: 'this text' },
};
