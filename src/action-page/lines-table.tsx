import { LINES_SHOWN_MAX } from './form.ts';
import type { LineRow, Question } from './question.ts';

/** Lines of a question that names none, beyond which only their number is told. */
const BACKGROUND_LINES_MAX = 10;

/** What was ordered, what there is of it, and what is missing. */
export function LinesTable({ question }: { question: Question }) {
  const { lines, namesLines, otherLines } = question;
  if (lines.length === 0) return null;
  const shown = lines.slice(0, namesLines ? LINES_SHOWN_MAX : BACKGROUND_LINES_MAX);
  const rest = lines.length - shown.length + otherLines;
  return (
    <section class="card">
      <h2>{namesLines ? 'What it is about' : 'What was ordered'}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Article</th>
            <th scope="col">Ordered</th>
            <th scope="col">Picked</th>
            <th scope="col">Shipped</th>
            <th scope="col">Missing</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <Row line={line} />
          ))}
        </tbody>
      </table>
      {rest === 0 ? null : (
        <p class="soft small">
          {rest === 1 ? '1 other line' : `${rest} other lines`} of this order{' '}
          {namesLines ? 'not in question.' : 'not shown here.'}
        </p>
      )}
    </section>
  );
}

function Row({ line }: { line: LineRow }) {
  return (
    <tr>
      <td>
        <b>{line.sku}</b>
        <div class="soft small">{line.lineId}</div>
      </td>
      <Count name="Ordered" value={line.ordered} />
      <Count name="Picked" value={line.picked} />
      <Count name="Shipped" value={line.shipped} />
      <Count
        name="Missing"
        value={line.missing}
        kind={line.missing > 0 ? 'missing some' : 'missing'}
      />
    </tr>
  );
}

interface CountProps {
  name: string;
  /** Null where the books do not hold the line yet. */
  value: number | null;
  kind?: string;
}

/** On a phone each number stands under its own name instead of under a heading. */
function Count({ name, value, kind = 'count' }: CountProps) {
  return (
    <td class={kind}>
      <i aria-hidden="true">{name}</i> {value ?? '?'}
    </td>
  );
}
