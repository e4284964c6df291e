import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

export type Log = Logger;

const levels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
};

/** A daemon's own log: one JSON object a line on standard error, written before the call returns, so that the last words are there, too. */
export function openLog(name: string, level: string): Log {
  return pino(
    {
      level: levels[level] ?? 'info',
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ fd: 2, sync: true }),
  );
}
