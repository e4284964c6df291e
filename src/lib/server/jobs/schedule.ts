import { Cron } from 'croner';
import type { Schedule } from './job.ts';

/** When it is due next after a time, in milliseconds since 1970; undefined: never. */
export function nextDue({ pattern, timezone }: Schedule, after: number): number | undefined {
  return new Cron(pattern, { timezone, mode: '5-part' }).nextRun(new Date(after))?.getTime();
}

/** Why it is no schedule; undefined: it is one. */
export function scheduleProblem(schedule: Schedule, now: number): string | undefined {
  if (!isTimezone(schedule.timezone)) return `timezone "${schedule.timezone}" is unknown, write it like Europe/Berlin`;
  try {
    return nextDue(schedule, now) === undefined ? 'schedule never comes' : undefined;
  } catch {
    return 'schedule missing or invalid: five fields of cron, such as "30 4 * * 1-5"';
  }
}

function isTimezone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
