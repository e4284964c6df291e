import type { ObservedContainer } from '../../model/observed-state.ts';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { InstanceSpec, Owner } from '../../model/desired.ts';
import type { HostContext } from '../context.ts';
import type { Blocker } from '../plan.ts';
import { holderText, isSameOwner } from '../ownership.ts';
import { hasProcesses } from '../has-processes.ts';

/**
 * Refuses an instance that would keep its data in a directory that another running container uses: two databases in
 * one directory damage it. Two projects with one `DATA_DIR` have the same directories for services of one name.
 * Shared folders are excluded.
 */
export function checkDataUse(context: HostContext, starting: readonly InstanceSpec[]): void {
  const keeping = starting.filter(({ mounts }) => ownDataDirectories(mounts).length > 0);
  if (keeping.length === 0) return;
  const going = new Set(starting.map(({ container }) => container));
  const users = usersOf(
    context.observed.containers.filter((container) => hasProcesses(container) && !going.has(container.name)),
  );
  for (const spec of keeping) {
    const directory = ownDataDirectories(spec.mounts).find((each) => users.has(each));
    const user = directory === undefined ? undefined : users.get(directory);
    if (directory !== undefined && user !== undefined)
      context.builder.blockers.push(blocker(spec, directory, user, context));
  }
}

/** By directory. Read from the containers' labels, whatever the files of their projects say now. */
function usersOf(containers: readonly ObservedContainer[]): ReadonlyMap<string, ObservedContainer> {
  return new Map(
    containers.flatMap((container) =>
      ownDataDirectories(container.ownership?.spec.mounts).map((directory) => [directory, container] as const),
    ),
  );
}

function blocker({ key }: InstanceSpec, directory: string, user: ObservedContainer, { owner }: HostContext): Blocker {
  return {
    subject: key,
    message:
      `${directory}, where ${key} would keep its data, ` + `is in use by container ${user.name} (${holderText(user)})`,
    suggestions: [
      'use another data directory for this project: DATA_DIR=<directory>',
      `or stop that container, ${stopText(user, owner)}`,
    ],
  };
}

function stopText({ name, ownership }: ObservedContainer, owner: Owner): string {
  if (ownership?.owner.kind !== 'project' || isSameOwner(ownership.owner, owner)) return `with docker stop ${name}`;
  const { service, instance, owner: other } = ownership;
  return `in ${other.path}: dockerops stop:${service},instance=${instance} --project ${other.name}`;
}
