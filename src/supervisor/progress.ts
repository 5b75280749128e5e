export interface Phase {
  /** Ends the phase, with `done` or what came of it. */
  done(outcome?: string): void;
}

export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /** A piece of work that a person waits for, shown with its elapsed time until it ends. */
  phase(title: string): Phase;
}

interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

const TTY_REFRESH_MS = 1000;
const LOG_REFRESH_MS = 15_000;

/** Shows waiting: an updating line in a terminal, else a line every 15 seconds. */
export function createProgress(out: Terminal = process.stderr): Progress {
  const tty = out.isTTY === true;
  const clear = tty ? '\r\u001B[2K' : '';
  const line = (text: string) => out.write(`${clear}crossdock: ${text}\n`);
  return {
    say: line,
    phase(title) {
      const startedAt = Date.now();
      const waiting = () => `${title}, ${elapsed(Date.now() - startedAt)} elapsed`;
      const tick = () => (tty ? out.write(`${clear}crossdock: ${waiting()}`) : line(waiting()));
      if (tty) tick();
      else line(title);
      const timer = setInterval(tick, tty ? TTY_REFRESH_MS : LOG_REFRESH_MS);
      timer.unref();
      return {
        done(outcome = 'done') {
          clearInterval(timer);
          line(`${title}: ${outcome} (${seconds(startedAt)})`);
        },
      };
    },
  };
}

/** Minutes and seconds, such as `00:42`. */
export function elapsed(ms: number): string {
  const total = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(total / 60))}:${two(total % 60)}`;
}

function seconds(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}
