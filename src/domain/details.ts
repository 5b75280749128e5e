import { BUCKETS, total } from './books.ts';
import { headlineOf, stageOf } from './headline.ts';
import type { OrderState } from './order.ts';
import { waitsFor } from './waits.ts';

/** Lines shown in the Temporal UI; the API shows all. */
const LINES_SHOWN_MAX = 50;

/** Live details of the Temporal UI, Markdown: what the order waits for and a table of its lines. */
export function detailsOf(state: OrderState): string {
  const waits = waitsFor(state);
  const shown = state.lines.slice(0, LINES_SHOWN_MAX);
  const columns = BUCKETS.filter((bucket) => total(state.lines, bucket) > 0);
  const rows = shown.map((line) => {
    const cells = columns.map((bucket) => String(line.buckets[bucket]));
    return `| ${[`\`${escapeCell(line.sku)}\``, String(line.ordered), ...cells].join(' | ')} |`;
  });
  const more = state.lines.length - shown.length;
  return [
    `**${stageOf(state)}**, ${headlineOf(state).toLowerCase().replaceAll('_', ' ')}, version ${state.version}, priority ${state.priority}`,
    '',
    ...(waits.length === 0 ? ['Waits for nothing.'] : ['**Waits for**', '']),
    ...waits.slice(0, 10).map((wait) => `- ${wait}`),
    '',
    `| sku | ordered | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---').join('|')}|`,
    ...rows,
    ...(more > 0 ? ['', `and ${more} more lines`] : []),
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
