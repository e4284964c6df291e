import type { OwnerContext } from '../context.ts';
import { isSameOwner } from '../ownership.ts';
import type { Blocker } from '../plan.ts';

/**
 * Refuses a second directory of this machine with the project's name: two projects would be mixed. False: it is one,
 * and everything else that is in the way follows from that.
 */
export function checkDirectory({ owner, observed, builder }: OwnerContext): boolean {
  if (owner.kind !== 'project') return true;
  const other = observed.containers
    .map((container) => container.ownership?.owner)
    .find((seen) => seen?.kind === 'project' && seen.name === owner.name && !isSameOwner(seen, owner));
  if (other?.kind !== 'project') return true;
  builder.blockers.push(otherDirectory(owner.name, other.path));
  return false;
}

function otherDirectory(name: string, path: string): Blocker {
  return {
    subject: name,
    message: `project ${name} runs from another directory of this machine: ${path}`,
    suggestions: [
      'use another name for this copy: --project NAME (or PROJECT_NAME)',
      `or clean the other one first, in ${path}: dockerops clean:all`,
    ],
  };
}
