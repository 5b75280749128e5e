import type { PickEventLine, PickReported, PickTouched } from '../domain/inputs.ts';
import type { RemotePick } from './remote.ts';

interface Reporting {
  connection: string;
  runId: string;
  receivedAt: number;
}

/**
 * The pick as its last event would have told it: its order then asks for the whole account. Where
 * the warehouse says too little for that, its order is only told that there is something to ask.
 */
export function reportOf(
  pick: RemotePick,
  { connection, runId, receivedAt }: Reporting,
): PickReported | PickTouched {
  const { pick_id: pickId, reference, status, sequence } = pick;
  const lines = pick.lines.map(eventLine).filter((line) => line !== null);
  const about = `recon:${connection}:${pickId}`;
  if (sequence === 0 || lines.length < pick.lines.length) {
    const fact = { connection, eventId: `${about}:${runId}`, receivedAt };
    return { type: 'pick_touched', ...fact, pickId, reference };
  }
  const fact = { connection, eventId: `${about}:${sequence}`, receivedAt };
  return {
    ...{ type: 'pick_reported', ...fact, pickId, reference, status, sequence },
    counts: 'picked',
    lines,
  };
}

function eventLine(line: RemotePick['lines'][number]): PickEventLine | null {
  const { line_id: lineId, sku, picked, short, cancelled } = line;
  if (lineId === null) return null;
  return { lineId, sku, delta: picked, cumulative: picked, short, cancelled };
}
