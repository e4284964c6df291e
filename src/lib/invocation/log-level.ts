import { UserError } from '../errors.ts';

export const logLevels = ['debug', 'info', 'warning', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

const otherNames: Readonly<Record<string, LogLevel>> = { warn: 'warning', critical: 'fatal' };

/** Any case; `warn` and `critical` are accepted for warning and fatal. */
export function parseLogLevel(text: string): LogLevel {
  const name = text.toLowerCase();
  const level = otherNames[name] ?? logLevels.find((known) => known === name);
  if (level !== undefined) return level;
  throw new UserError(`log level "${text}" is not one of ${logLevels.join(', ')}`, { code: 'WRONG_USAGE' });
}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}
