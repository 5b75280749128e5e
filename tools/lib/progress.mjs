const TTY_REFRESH_MS = 1000;
const LOG_REFRESH_MS = 15_000;
const CLEAR_LINE = '\r\u001B[2K';

/** One line on stderr that stays; stdout belongs to results. */
export function say(line) {
  process.stderr.write(`${process.stderr.isTTY ? CLEAR_LINE : ''}crossdock: ${line}\n`);
}

/**
 * Shows a piece of work with its elapsed time until it ends: an updating line in a terminal,
 * else a line every 15 seconds. `detail` may add how far it is.
 */
export async function withProgress(title, work, detail = () => '') {
  const startedAt = Date.now();
  const tty = process.stderr.isTTY;
  const tick = () => {
    const line = `${title}${detail()}, ${elapsed(Date.now() - startedAt)} elapsed`;
    if (tty) process.stderr.write(`${CLEAR_LINE}crossdock: ${line}`);
    else say(line);
  };
  if (tty) tick();
  else say(title);
  const timer = setInterval(tick, tty ? TTY_REFRESH_MS : LOG_REFRESH_MS);
  let outcome = 'failed';
  try {
    const result = await work();
    outcome = result?.ok === false ? 'failed' : 'done';
    return result;
  } finally {
    clearInterval(timer);
    say(`${title}: ${outcome} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
}

function elapsed(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
