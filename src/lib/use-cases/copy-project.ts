import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';

/**
 * Copies a project that is part of the package and returns the names of its files. All or nothing: it is copied to a
 * temporary directory and moved. `command`: the one that does it, for suggestions.
 */
export async function copyProject(source: string, directory: string, command: string): Promise<readonly string[]> {
  const present = await entries(directory);
  if (present.length > 0) {
    throw new UserError(`${directory} already exists and is not empty`, {
      code: 'DIRECTORY_EXISTS',
      suggestions: [
        `choose another directory: dockerops ${command}:DIRECTORY`,
        `or use the existing one: cd ${directory}`,
      ],
    });
  }
  await mkdir(dirname(directory), { recursive: true });
  const beside = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    // One level deeper, because the directory that mkdtemp creates is readable by its owner only.
    const copy = join(beside, 'project');
    await cp(source, copy, { recursive: true });
    // npm packs no file of its real name.
    if (existsSync(join(copy, 'gitignore'))) await rename(join(copy, 'gitignore'), join(copy, '.gitignore'));
    await rename(copy, directory);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

async function entries(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return [basename(directory)];
    throw error;
  }
}
