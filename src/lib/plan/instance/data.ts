import type { ObservedContainer } from '../../model/observed-state.ts';
import { dataDirectories } from '../../model/data-directories.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { InstanceContext } from './decision.ts';
import type { DataFolder } from '../operation-parts.ts';

/** What the first copy waits for: the removal of the container that uses the folders, and the image. */
export interface CopyNeeds {
  readonly cause: string;
  readonly taken: readonly string[];
  readonly image: string | undefined;
  /** It runs meanwhile: nothing is copied into the folders that it has. */
  readonly beside?: ObservedContainer | undefined;
}

/**
 * Prepares the data folders of an instance, complete before its container is created, so that no container exists
 * that somebody could start with folders that are only half copied. Returns what the container waits for.
 */
export function planData(
  spec: InstanceSpec,
  { cause, taken, image, beside }: CopyNeeds,
  context: InstanceContext,
): readonly string[] {
  const { builder, owner, facts } = context;
  const common = { subject: spec.key, cause, owner };
  const inUse = new Set(dataDirectories(beside?.ownership?.spec.mounts));
  return [...foldersByDirectory(spec, context)].map(([directory, folders]) => {
    const id = `data ${directory}`;
    const prepared = builder.has(id)
      ? id
      : builder.add({ ...common, id, kind: 'prepare-data', needs: [], directory, folders, onThisMachine: facts.local });
    const own = folders.filter(({ shared, name }) => !shared && !inUse.has(`${directory}/${name}`));
    if (own.length === 0) return prepared;
    const needs = [prepared, ...taken, ...(image === undefined ? [] : [image])];
    return builder.add({
      ...common,
      id: `copied ${directory}`,
      kind: 'complete-data',
      needs: [...new Set(needs)],
      directory,
      folders: own,
      image: context.images.choice(spec.image),
    });
  });
}

/** Whether a container, of whatever project, has run with a data folder. Looks through all of them once. */
export function foldersRunWith(containers: readonly ObservedContainer[]): (directory: string) => boolean {
  const directories = new Set(
    containers.flatMap(({ state, ownership }) => (state === 'created' ? [] : dataDirectories(ownership?.spec.mounts))),
  );
  return (directory) => directories.has(directory);
}

function foldersByDirectory(
  spec: InstanceSpec,
  { ranWith }: InstanceContext,
): ReadonlyMap<string, readonly DataFolder[]> {
  const folders = spec.mounts.flatMap((mount) => {
    if (mount.kind !== 'data') return [];
    const end = mount.directory.lastIndexOf('/');
    return [
      {
        directory: mount.directory.slice(0, end),
        folder: {
          name: mount.directory.slice(end + 1),
          target: mount.target,
          shared: mount.shared === true,
          mayFinish: !ranWith(mount.directory),
        },
      },
    ];
  });
  return new Map(
    [...Map.groupBy(folders, ({ directory }) => directory)].map(([directory, group]) => [
      directory,
      group.map(({ folder }) => folder),
    ]),
  );
}
