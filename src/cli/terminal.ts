/** One stream of the person's terminal. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

/** Results go to stdout, words about them to stderr. */
export interface Terminal {
  /** One line of a result for a person. */
  print(line: string): void;
  /** One line of JSON for a machine. */
  emit(value: unknown): void;
  /** One line on stderr that stays. */
  say(line: string): void;
  /** A line on stderr that the next one replaces; nothing where stderr is no terminal. */
  show(line: string): void;
  /** stderr is a terminal, so that a line there can be replaced. */
  live: boolean;
}

const CLEAR_LINE = '\r\u001B[2K';

export function createTerminal(stdout: Stream, stderr: Stream): Terminal {
  const live = stderr.isTTY === true;
  let shown = false;
  const clear = (): string => {
    const text = shown ? CLEAR_LINE : '';
    shown = false;
    return text;
  };
  return {
    live,
    print: (line) => {
      if (shown) stderr.write(clear());
      stdout.write(`${harmless(line)}\n`);
    },
    emit: (value) => {
      if (shown) stderr.write(clear());
      stdout.write(`${JSON.stringify(value)}\n`);
    },
    say: (line) => void stderr.write(`${clear()}crossdock: ${harmless(line)}\n`),
    show: (line) => {
      if (!live) return;
      stderr.write(`${CLEAR_LINE}${harmless(line)}`);
      shown = true;
    },
  };
}

/** What other systems wrote must not steer the terminal of the person who reads it. */
function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '\u{FFFD}');
}
