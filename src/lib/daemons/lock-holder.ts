import type { LockWatcher } from '../directories/node-directory.ts';
import { gatherClientFacts } from '../observe/host-facts.ts';
import { isStillRunning, parseProcess } from '../observe/processes.ts';

/**
 * What a daemon writes into its lock about itself, and how it recognizes a holder of this machine that was killed, so
 * that nobody waits for the end of that one's session. All daemons of a process write the same. `daemon` is the member
 * that names the process to people.
 */
export function lockHolder(daemon: string): Pick<LockWatcher, 'holder' | 'isGone'> {
  const { machine, hostname, user, pid, processStart, pidNamespace = '' } = gatherClientFacts();
  const here = { machine, hostname, pidNamespace };
  return {
    holder: JSON.stringify({
      [daemon]: `${user}@${hostname} (pid ${String(pid)})`,
      since: new Date(performance.timeOrigin).toISOString(),
      ...here,
      pid,
      processStart,
    }),
    isGone: (text) => isStillRunning(parseProcess(text), here) === false,
  };
}
