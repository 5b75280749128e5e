import type { Readable } from 'node:stream';
import pretty from 'pino-pretty';

/** Shows the log lines of every program to a person, on stderr. */
export function prettyOutput(_name: string, stream: Readable): void {
  const lines = pretty({ destination: 2, sync: true, ignore: 'pid,hostname', messageKey: 'msg' });
  stream.pipe(lines);
}
