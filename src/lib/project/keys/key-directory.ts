import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { quoteWords } from '../../shell-words.ts';
import { trackedByGit } from '../git-index.ts';

const folder = '.dockerops';

export function keyDirectory(projectDirectory: string): string {
  return join(projectDirectory, folder, 'keys');
}

/** Throws if the directory of keys, or that around it, is a link: its target could be anywhere. */
export function refuseLinks(projectDirectory: string): void {
  for (const path of [join(projectDirectory, folder), keyDirectory(projectDirectory)])
    if (lstatOf(path)?.isSymbolicLink() === true)
      throw new UserError(`${path} is a symbolic link; keys are kept in the project itself`, {
        code: 'KEY_STORE',
        suggestions: [`see where it leads: ls -l ${path}`, 'put a directory in its place'],
      });
}

export interface Exposure {
  readonly text: string;
  /** A command, or several. */
  readonly fix: string;
}

/** Who else has the keys: users of this machine by their permissions, and everybody who has the repository. */
export function exposedKeys(projectDirectory: string): readonly Exposure[] {
  const directory = keyDirectory(projectDirectory);
  const tracked = trackedByGit(projectDirectory, `${folder}/keys`).filter((path) => !path.endsWith('/.gitignore'));
  const open = {
    text: 'other users of this machine can read the keys of this project',
    fix: `chmod -R go= ${quoteWords([directory])}`,
  };
  const inGit = {
    text: `git tracks keys of this project, so that everybody with the repository has them: ${tracked.join(', ')}`,
    fix: `git rm -r --cached ${folder}; to get new keys, remove ${quoteWords([directory])} and dockerops rerun:all`,
  };
  return [...(isOpen(projectDirectory, directory) ? [open] : []), ...(tracked.length > 0 ? [inGit] : [])];
}

/** By permission bits; a file that others may read is safe in a directory that they may not enter. */
function isOpen(projectDirectory: string, directory: string): boolean {
  const around = [join(projectDirectory, folder), directory].map(lstatOf);
  if (process.platform === 'win32' || !around.every((stats) => stats !== undefined && (stats.mode & 0o011) !== 0))
    return false;
  return namesIn(directory).some((name) => ((lstatOf(join(directory, name))?.mode ?? 0) & 0o044) !== 0);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
