import { UserError } from '../../errors.ts';

const unitSeconds: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * A moment given on the command line, in seconds since 1970: how long ago (`90s`, `1h30m`, `2d`), or an RFC 3339 time
 * (`2026-01-31`, `2026-01-31T14:00:00Z`; local time if it has no zone).
 */
export function parseMoment(text: string, flag: string, nowSeconds: number): number {
  const ago = parseDuration(text);
  const moment = ago === undefined ? parseTime(text) : nowSeconds - ago;
  if (moment !== undefined) return moment;
  throw new UserError(`${flag}: "${text}" is neither a duration nor a time`, {
    code: 'WRONG_USAGE',
    suggestions: [`write it like ${flag} 10m, ${flag} 1h30m, ${flag} 2026-01-31 or ${flag} 2026-01-31T14:00:00Z`],
  });
}

function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/.test(text)) return undefined;
  return [...text.matchAll(/(?<![\d.])([\d.]+)(ms|[smhdw])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0),
    0,
  );
}

function parseTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text);
  if (match === null) return undefined;
  const [, day = '', time = '00:00', zone = ''] = match;
  const moment = Date.parse(`${day}T${time}${zone.toUpperCase()}`) / 1000;
  return Number.isNaN(moment) ? undefined : moment;
}
