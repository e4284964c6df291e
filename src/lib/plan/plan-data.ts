import type { InstanceSpec } from '../project/project.ts';
import type { InstanceContext } from './context.ts';
import type { DataFolder } from './operation.ts';

export interface DataPlan {
  /** What the container has to wait for. */
  readonly before: readonly string[];
  /** Given the operation that makes the container, the operations after which its data is whole. */
  readonly complete: (create: string) => readonly string[];
}

/**
 * The folders that an instance keeps on the host: prepared before its container is made, complete before it starts.
 */
export function planData(spec: InstanceSpec, cause: string, context: InstanceContext): DataPlan {
  const { builder, desired: { owner }, facts } = context;
  const groups = [...foldersByDirectory(spec, context)];
  const copied = groups.filter(([, folders]) => folders.some(({ shared }) => !shared));
  const common = { subject: spec.key, cause, owner };
  return {
    before: groups.map(([directory, folders]) => {
      const id = `data ${directory}`;
      return builder.has(id) ? id : builder.add({ ...common, id, kind: 'prepare-data', needs: [], directory, folders, onThisMachine: facts.local });
    }),
    complete: (create) => (copied.length === 0 ? [create] : copied.map(([directory, folders]) => (
      builder.add({ ...common, id: `copied ${directory}`, kind: 'complete-data', needs: [create], directory, folders, container: spec.container })))),
  };
}

function foldersByDirectory(spec: InstanceSpec, { observed }: InstanceContext): ReadonlyMap<string, readonly DataFolder[]> {
  const ranWith = (directory: string): boolean => observed.containers.some(({ state, ownership }) => state !== 'created' && ownership?.spec.includes(`"directory":${JSON.stringify(directory)}`) === true);
  const folders = spec.mounts.flatMap((mount) => {
    if (mount.kind !== 'data') return [];
    const end = mount.directory.lastIndexOf('/');
    return [{ directory: mount.directory.slice(0, end), folder: { name: mount.directory.slice(end + 1), target: mount.target, shared: mount.shared === true, mayFinish: !ranWith(mount.directory) } }];
  });
  return new Map([...Map.groupBy(folders, ({ directory }) => directory)].map(([directory, group]) => [directory, group.map(({ folder }) => folder)]));
}
