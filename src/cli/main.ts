import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Env } from '../config/env.ts';
import { AppError, messageOf } from '../errors.ts';
import { packagePath } from '../supervisor/provision/version.ts';
import { readCommandLine, type CommandLine } from './arguments.ts';
import { CliError } from './cli-error.ts';
import type { CommandEnd } from './command.ts';
import { loadCliSettings } from './config.ts';
import { EXIT } from './exit-codes.ts';
import { renderOverview, renderVerb } from './help.ts';
import { createTerminal, type Stream, type Terminal } from './terminal.ts';
import { VERBS } from './verbs.ts';

const VersionSchema = z.object({ version: z.string() });

/** The surroundings of one command. */
export interface CliHost {
  argv: readonly string[];
  env: Env;
  cwd: string;
  stdout: Stream;
  stderr: Stream;
  /** Begins to catch Ctrl-C and SIGTERM. */
  stopSignal(): AbortSignal;
}

/** Runs one command; answers its exit code, or the process that is to be started instead. */
export async function runCli(host: CliHost): Promise<CommandEnd> {
  const terminal = createTerminal(host.stdout, host.stderr);
  const json = host.argv.includes('--json');
  try {
    const line = readCommandLine(host.argv, VERBS);
    if (line.asks === 'run') return await run(line, host, terminal);
    if (line.asks === 'version') tellVersion(terminal, json);
    else tellHelp(line, terminal, json);
    return EXIT.ok;
  } catch (error) {
    return tellError(error, terminal, json);
  }
}

async function run(
  line: Extract<CommandLine, { asks: 'run' }>,
  host: CliHost,
  terminal: Terminal,
): Promise<CommandEnd> {
  return line.command.run({
    operands: line.operands,
    flags: line.flags,
    json: line.flags.on('json'),
    terminal,
    settings: loadCliSettings(host.env),
    env: host.env,
    cwd: host.cwd,
    stopSignal: host.stopSignal,
  });
}

function tellHelp(
  { verb, command }: Extract<CommandLine, { asks: 'help' }>,
  terminal: Terminal,
  json: boolean,
): void {
  if (json) terminal.emit({ verbs: verb === undefined ? VERBS : [verb], exit_codes: EXIT });
  else terminal.print(verb === undefined ? renderOverview(VERBS) : renderVerb(verb, command));
}

function tellVersion(terminal: Terminal, json: boolean): void {
  const text = readFileSync(packagePath('package.json'), 'utf8');
  const { version } = VersionSchema.parse(JSON.parse(text));
  if (json) terminal.emit({ version });
  else terminal.print(version);
}

function tellError(error: unknown, terminal: Terminal, json: boolean): CommandEnd {
  const known = asCliError(error);
  const { exit, code, message, hint, problem } = known;
  terminal.say(message);
  if (hint !== undefined) terminal.say(hint);
  if (json) {
    terminal.emit({
      error: {
        code,
        exit,
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(problem === undefined ? {} : { problem }),
      },
    });
  }
  return exit;
}

function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof AppError && error.code === 'config') {
    return new CliError(EXIT.usage, 'config', error.message);
  }
  return new CliError(EXIT.failed, 'failed', messageOf(error), { cause: error });
}
