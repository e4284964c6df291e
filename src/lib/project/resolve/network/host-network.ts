import type { RunConfEntry } from '../../conf/run-conf-entry.ts';

/** Whether an instance is on the network of the host in place of the project's. */
export function isOnHostNetwork(entry: RunConfEntry | undefined): boolean {
  return entry?.values.network_mode !== undefined || entry?.values.nethost === true;
}
