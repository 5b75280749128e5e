import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Everything goes to stderr: stdout belongs to the ready line. Secrets are never written. */
export function createLogger(processName: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process: processName },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'secret',
          '*.secret',
          'token',
          '*.token',
          'authorization',
          '*.authorization',
          'signature',
          '*.signature',
          'headers',
          '*.headers',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}
