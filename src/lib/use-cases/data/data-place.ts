import { dirname, basename, join } from 'node:path/posix';
import { UserError } from '../../errors.ts';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import type { DataPlace } from '../../plan/plan-backup.ts';
import { persistentFolders } from '../../project/resolve/container/mounts.ts';
import { unknownService } from '../../project/services.ts';
import type { ChooseInstance } from '../inspect/find-instance.ts';
import type { ObservedProject } from '../open-project.ts';

export interface DataQuery {
  readonly service: string;
  readonly instance?: string;
}

/** Where an instance's data is: as its container says, which may be of another time; else where a run would put it. */
export async function findDataPlace(
  { project, owner }: ObservedProject,
  observed: ObservedState,
  query: DataQuery,
  choose: ChooseInstance,
): Promise<DataPlace & { readonly instance: string }> {
  const { service } = query;
  const own = observed.containers.filter(
    ({ ownership }) => ownership !== undefined && ownership.service === service && isSameOwner(ownership.owner, owner),
  );
  if (own.length === 0 && !project.services.has(service))
    throw unknownService(service, project.services, project.place.servicesDirectory);
  const instance =
    query.instance ??
    (await meantInstance(
      service,
      own.flatMap(({ ownership }) => ownership?.instance ?? []),
      choose,
    ));
  const key = `${service}-${instance}`;
  const container = own.find(({ ownership }) => ownership?.instance === instance);
  const mounts = ownDataDirectories(container?.ownership?.spec.mounts);
  const [first] = mounts;
  if (first === undefined)
    return {
      key,
      instance,
      container,
      directory: join(project.place.dataDirectory, `${service}_${instance}`),
      folders: persistentFolders,
    };
  return {
    key,
    instance,
    container,
    directory: dirname(first),
    folders: mounts.map((directory) => basename(directory)).sort(),
  };
}

async function meantInstance(service: string, instances: readonly string[], choose: ChooseInstance): Promise<string> {
  const [only] = instances;
  if (only !== undefined && instances.length === 1) return only;
  if (instances.length > 1) return choose(instances.toSorted());
  throw new UserError(`${service} has no instance; which one's data is meant?`, {
    code: 'WHICH_INSTANCE',
    suggestions: ['name it: --instance NAME'],
  });
}
