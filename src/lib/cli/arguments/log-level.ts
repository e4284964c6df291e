import { UserError } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';

const logLevels = ['debug', 'info', 'warning', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

const otherNames: Readonly<Record<string, LogLevel>> = { warn: 'warning', critical: 'fatal' };

/** In any case; `warn` and `critical` mean warning and fatal. `where` is the option or variable to name in errors. */
export function parseLogLevel(text: string, where: '--log-level' | 'LOG_LEVEL'): LogLevel {
  const name = text.toLowerCase();
  const level = otherNames[name] ?? logLevels.find((known) => known === name);
  if (level !== undefined) return level;
  const nearest = findNearest(text, logLevels) ?? 'info';
  throw new UserError(`${where} is "${text}"; use one of ${logLevels.join(', ')}`, {
    code: 'WRONG_USAGE',
    suggestions: [
      where === 'LOG_LEVEL' ? `LOG_LEVEL=${nearest} dockerops …, or unset LOG_LEVEL` : `--log-level ${nearest}`,
    ],
  });
}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}
