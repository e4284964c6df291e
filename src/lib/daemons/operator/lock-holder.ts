import type { LockWatcher } from '../../directories/node-directory.ts';
import { gatherClientFacts } from '../../observe/host-facts.ts';
import { isStillRunning, parseProcess } from '../../observe/processes.ts';

/** What an operator writes into the lock, and how one that was killed on this machine is known: nobody has to wait for its session. */
export async function lockHolder(): Promise<Pick<LockWatcher, 'holder' | 'isGone'>> {
  const { machine, hostname, user, pid, processStart, pidNamespace = '' } = gatherClientFacts();
  const here = { machine, hostname, pidNamespace };
  return {
    holder: JSON.stringify({
      operator: `${user}@${hostname} (pid ${String(pid)})`,
      since: new Date().toISOString(),
      ...here,
      pid,
      processStart,
    }),
    isGone: (text) => isStillRunning(parseProcess(text), here) === false,
  };
}
