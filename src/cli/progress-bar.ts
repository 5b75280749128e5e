import type { Terminal } from './terminal.ts';

const WIDTH = 24;
const REFRESH_MS = 100;

/** Shows how far many steps are, where stderr is a terminal. */
export function createProgressBar(terminal: Terminal, total: number): (done: number) => void {
  let shownAt = 0;
  return (done) => {
    const now = performance.now();
    if (now - shownAt < REFRESH_MS && done < total) return;
    shownAt = now;
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(share * WIDTH);
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    terminal.show(`[${bar}] ${done}/${total} ${Math.floor(share * 100)}%`);
  };
}
