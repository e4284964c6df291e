import { readFileSync } from 'node:fs';
import type { LockWatcher } from '../../directories/node-directory.ts';
import { gatherClientFacts, isSameLife } from '../../observe/host-facts.ts';
import type { ClientFacts } from '../../model/host-facts.ts';

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
    isGone: (text) => isDead(text, here),
  };
}

function isDead(text: string, here: Pick<ClientFacts, 'machine' | 'hostname' | 'pidNamespace'>): boolean {
  const holder = parse(text);
  if (
    holder.machine !== here.machine ||
    holder.hostname !== here.hostname ||
    holder.pidNamespace !== here.pidNamespace ||
    typeof holder.pid !== 'number'
  )
    return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  return !isSameLife(statOf(holder.pid), holder.processStart ?? '');
}

function parse(text: string): Partial<ClientFacts> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return '';
  }
}
