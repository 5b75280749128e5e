import { ChildEnv } from '../config/supervisor.ts';
import { parseEnv, processEnv } from '../config/env.ts';
import { messageOf } from '../errors.ts';

/** The message by which a process tells the supervisor that it serves. */
export interface ReadyMessage {
  type: 'ready';
  port?: number;
}

/** Tells the supervisor, if there is one, that this process serves. */
export function announceReady(info: { port?: number }): void {
  if (process.send === undefined || !process.connected) return;
  const message: ReadyMessage = { type: 'ready', ...info };
  // The supervisor may die between the check and the send; `disconnect` then stops this process.
  process.send(message, () => undefined);
}

/**
 * Runs `stop` once, when the supervisor or the operator asks for it, and ends the process.
 *
 * Ctrl-C in a terminal reaches the whole process group, so a supervised process ignores SIGINT:
 * the supervisor decides the order in which its processes stop. When the supervisor itself dies,
 * the IPC channel closes and the process stops too.
 */
export function onStopRequested(stop: () => Promise<void>): void {
  const deadlineMs = parseEnv(ChildEnv, processEnv()).CROSSDOCK_STOP_DEADLINE_MS;
  const request = stopOnce(stop, deadlineMs);
  process.on('SIGTERM', request);
  if (process.send === undefined) {
    process.on('SIGINT', request);
    return;
  }
  process.on('SIGINT', () => undefined);
  process.on('disconnect', request);
  if (!process.connected) request();
}

function stopOnce(stop: () => Promise<void>, deadlineMs: number): () => void {
  let requested = false;
  return () => {
    if (requested) return;
    requested = true;
    setTimeout(() => {
      end(1, `did not drain within ${deadlineMs} ms (CROSSDOCK_STOP_DEADLINE_MS), ending by force`);
    }, deadlineMs);
    stop().then(
      () => end(0),
      (error: unknown) => end(1, `failed to drain: ${messageOf(error)}`),
    );
  };
}

function end(code: number, complaint?: string): void {
  if (complaint !== undefined) process.stderr.write(`${complaint}\n`);
  process.exit(code);
}
