import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import { DockeropsError } from '../errors.ts';

export type Log = Logger;

/** Our names of levels to pino's. */
const levels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
};

/**
 * The log of a daemon: one JSON object per line on standard error. A line is written before the call returns, so that
 * the last ones before a crash are not lost.
 */
export function openLog(name: string, level: string): Log {
  const target = destination({ fd: 2, sync: true });
  // Its terminal may be closed or its disk full: the daemon works without a log.
  target.on('error', () => {});
  return pino(
    {
      level: levels[level] ?? 'info',
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
}

/** An error as fields of a line, with all its problems. One that is not ours is a bug; its stack is logged. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof DockeropsError)) return { err: error };
  const { message, code } = error;
  const problems = error.problems.map(({ where, message: text }) => (where === undefined ? text : `${where}: ${text}`));
  return { error: message, code, ...(problems.length === 0 ? {} : { problems }) };
}
