import type { Engine } from '../../engine/engine.ts';
import { OperationFailed } from '../../errors.ts';
import type { OperationOf } from '../../plan/operation.ts';
import type { DataFolder } from '../../plan/operation-parts.ts';
import { helperPlace, withDirectory } from '../host-directory.ts';
import type { Step } from '../step.ts';
import { inDirectory } from './data-directory.ts';
import { directoriesTar } from './engine-archive.ts';
import { readFolderState } from './folder-state.ts';
import { makeDataDirectory } from './private-directory.ts';

/** User and group `dockerops` of the base images, who has /data there; where the image has it, its owner counts. */
const dockeropsId = 1000;

/** Makes the data directory and its folders where they are missing. */
export async function prepareData(
  { owner, directory, folders, onThisMachine }: OperationOf<'prepare-data'>,
  { context }: Step,
): Promise<void> {
  const { engine } = context;
  const isOuter = folders.every(({ shared }) => shared);
  await inDirectory(directory, async () => {
    await makeDataDirectory({ owner, directory, isOuter, onThisMachine }, context);
    await withDirectory(engine, owner, directory, (helper) => makeFolders(engine, helper, directory, folders));
  });
}

async function makeFolders(
  engine: Engine,
  helper: string,
  directory: string,
  folders: readonly DataFolder[],
): Promise<void> {
  for (const { name, shared, target } of folders) {
    const { content, mark } = await readFolderState(engine, helper, name);
    if (content !== 'absent') continue;
    if (mark === 'restoring') throw halfRestored(`${directory}/${name}`);
    const mode = shared ? 0o1777 : 0o755;
    const owner = target === '/data' ? { uid: dockeropsId, gid: dockeropsId } : {};
    await engine.putArchive(helper, helperPlace, await directoriesTar([{ name, mode, ...owner }]));
  }
}

function halfRestored(folder: string): OperationFailed {
  return new OperationFailed(`${folder} is missing: a restore was interrupted after it had moved the data aside`, {
    code: 'HALF_RESTORED',
    suggestions: [
      'do that restore again',
      `or put the former data back, on the host of the engine: mv ${folder}.before-<time> ${folder}`,
    ],
  });
}
