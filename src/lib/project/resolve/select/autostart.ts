import type { RunConfEntry } from '../../conf/run-conf-entry.ts';

/** Whether `run:all` starts an entry. */
export function isAutostarted({ values: { autostart, autorun } }: RunConfEntry): boolean {
  return autostart ?? autorun ?? true;
}
