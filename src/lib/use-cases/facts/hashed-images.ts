import { baseImageSet } from '../../build/base-images/base-image-set.ts';
import { isOsId, type OsId } from '../../build/base-images/os-table.ts';
import { fillHashes } from '../../build/fill-hashes.ts';
import { tellsChanges } from '../../build/file-systems.ts';
import type { FolderDigests } from '../../build/input-hash.ts';
import type { Remembered } from '../../file-cache.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { baseImagesStamp } from '../../build/base-images/base-images-stamp.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ObservedProject } from '../open-project.ts';
import { parseJson } from '../../json.ts';
import { baseHashes } from './image-sources.ts';

type Place = Pick<ObservedProject, 'baseImagesDirectory' | 'program' | 'newFolders'>;

type Hashes = Readonly<Record<string, string>>;

/** The images, parents first, each with the hash of its source; base images in FROM lines are included. */
export async function hashedImages(
  images: readonly ImageSpec[],
  observed: ObservedState,
  opened: Place,
  folders = opened.newFolders(),
): Promise<readonly ImageSpec[]> {
  const systems = [
    ...new Set(images.flatMap(({ source }) => (source.kind === 'base' && isOsId(source.os) ? [source.os] : []))),
  ];
  const hashes = await Promise.all(
    systems.map((os) => hashesOf(os, observed.engine.architecture, opened, folders.known)),
  );
  const imageIds = Object.fromEntries(
    observed.images.flatMap(({ id, references }) => references.map((reference) => [reference, id])),
  );
  const hashed = await fillHashes(images, { baseHashes: Object.assign({}, ...hashes) as Hashes, imageIds }, folders);
  folders.known.save();
  return hashed;
}

/** Starts to read the folders of services, while the engine answers. */
export function beginToRead(
  { project: { services }, newFolders }: Pick<ObservedProject, 'project' | 'newFolders'>,
  names: readonly string[],
): FolderDigests {
  const folders = newFolders();
  for (const service of new Set(names.map((name) => services.get(name)))) {
    if (service?.kind === 'folder') void folders.of({ directory: service.directory, dockerfile: 'Dockerfile' });
  }
  return folders;
}

/** Another build of dockerops may make base images differently, so a cached hash is used only by the same build. */
async function hashesOf(
  os: OsId,
  architecture: string,
  { baseImagesDirectory: directory, program: identify }: Place,
  known: Remembered,
): Promise<Hashes> {
  const program = identify();
  const make = async (): Promise<string> => JSON.stringify(baseHashes(await baseImageSet(os, directory, architecture)));
  const stamp = program === undefined || !tellsChanges(directory) ? undefined : baseImagesStamp(directory);
  const text =
    stamp === undefined
      ? await make()
      : await known.recall(
          `base images ${os} ${architecture}`,
          { ...stamp, text: [program, directory, stamp.text].join('\n') },
          make,
        );
  return parseJson(text) as Hashes;
}
