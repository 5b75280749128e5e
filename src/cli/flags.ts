import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

export type FlagValue = string | boolean | (string | boolean)[] | undefined;

interface Bounds {
  min: number;
  max: number;
}

/** The flags of one command line, by name. */
export class ParsedFlags {
  private readonly values: Readonly<Record<string, FlagValue>>;

  constructor(values: Readonly<Record<string, FlagValue>>) {
    this.values = values;
  }

  on(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  }

  integer(name: string, bounds: Bounds): number | undefined {
    return this.numberOf(name, { ...bounds, pattern: /^\d+$/, kind: 'a whole number' });
  }

  number(name: string, bounds: Bounds): number | undefined {
    return this.numberOf(name, { ...bounds, pattern: /^\d+(\.\d+)?$/, kind: 'a number' });
  }

  /** One of `words`, compared without regard to case. */
  word(name: string, words: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    throw usage(`--${name} takes one of ${words.join(', ')}, not \`${text}\`.`);
  }

  private numberOf(
    name: string,
    { min, max, pattern, kind }: Bounds & { pattern: RegExp; kind: string },
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (pattern.test(text) && value >= min && value <= max) return value;
    throw usage(`--${name} takes ${kind} from ${min} to ${max}, not \`${text}\`.`);
  }
}

/** The command line is wrong: nothing was done. */
export function usage(message: string, hint?: string): CliError {
  return new CliError(EXIT.usage, 'usage', message, hint === undefined ? {} : { hint });
}
