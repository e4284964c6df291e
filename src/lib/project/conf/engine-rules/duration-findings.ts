import { parseSeconds } from '../quantities.ts';
import type { RunConfEntry } from '../run-conf-entry.ts';
import { type Finding, isRecord } from './finding.ts';

/** Of the timers by which a command waits; the engine counts in nanoseconds, of which more are no number. */
const longestSeconds = 2_147_483;

export function durationFindings({ values }: RunConfEntry): readonly Finding[] {
  const { stop_grace_period: stop, sleep, healthcheck } = values;
  const times = isRecord(healthcheck) ? healthcheck : {};
  const durations: readonly (readonly [path: string, value: unknown])[] = [
    ['stop_grace_period', stop],
    ['sleep', sleep],
    ...['interval', 'timeout', 'start_period'].map((key) => [`healthcheck.${key}`, times[key]] as const),
  ];
  return durations.flatMap(([path, value]) => {
    const seconds = typeof value === 'string' || typeof value === 'number' ? parseSeconds(value) : undefined;
    if (seconds === undefined || seconds <= longestSeconds) return [];
    return [[path, { message: `"${path}" is ${String(value)}; the longest time is 596h` }] as const];
  });
}
