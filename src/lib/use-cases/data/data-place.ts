import { dirname, basename, join } from 'node:path/posix';
import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { oldName, replacedName } from '../../plan/replacement/replacement-names.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import type { DataPlace } from '../../plan/plan-backup.ts';
import { persistentFolders } from '../../project/resolve/container/mounts.ts';
import { unknownService } from '../../project/services.ts';
import type { ChooseInstance } from '../inspect/find-instance.ts';
import type { ObservedProject } from '../open-project.ts';

export interface DataQuery {
  readonly service: string;
  /** Undefined: the only instance of the service, or the one that is chosen. */
  readonly instance?: string;
}

export interface InstanceData extends DataPlace {
  readonly instance: string;
}

/** Where the data of an instance is: in the directories that its container mounts, else where a run would put it. */
export async function findDataPlace(
  opened: ObservedProject,
  observed: ObservedState,
  query: DataQuery,
  choose: ChooseInstance,
): Promise<InstanceData> {
  const containers = containersOf(opened, observed, query.service);
  const instance = query.instance ?? (await chooseInstance(query.service, containers, choose));
  const container = containers.find(({ ownership }) => ownership?.instance === instance);
  const mounted = ownDataDirectories(container?.ownership?.spec.mounts);
  const [first] = mounted;
  return {
    key: `${query.service}-${instance}`,
    instance,
    container,
    ...definedOnly({ aside: container && asideName(container, observed) }),
    directory:
      first === undefined ? join(opened.project.place.dataDirectory, `${query.service}_${instance}`) : dirname(first),
    folders: first === undefined ? persistentFolders : mounted.map((directory) => basename(directory)).sort(),
  };
}

/** Absent when it has such a name already, or another container does. */
function asideName(container: ObservedContainer, { containers }: ObservedState): string | undefined {
  const name = oldName(container.name);
  const isTaken = replacedName(container) !== undefined || containers.some((other) => other.name === name);
  return isTaken ? undefined : name;
}

function containersOf(
  { project, owner }: ObservedProject,
  observed: ObservedState,
  service: string,
): readonly ObservedContainer[] {
  const containers = observed.containers.filter(
    ({ ownership }) => ownership !== undefined && ownership.service === service && isSameOwner(ownership.owner, owner),
  );
  if (containers.length === 0 && !project.services.has(service))
    throw unknownService(service, project.services, project.place.servicesDirectory);
  return containers;
}

async function chooseInstance(
  service: string,
  containers: readonly ObservedContainer[],
  choose: ChooseInstance,
): Promise<string> {
  const instances = containers.flatMap(({ ownership }) => ownership?.instance ?? []);
  const [only] = instances;
  if (only !== undefined && instances.length === 1) return only;
  if (instances.length > 1) return choose(instances.toSorted());
  throw new UserError(`${service} has no instance; which one's data is meant?`, {
    code: 'WHICH_INSTANCE',
    suggestions: ['name it: --instance NAME'],
  });
}
