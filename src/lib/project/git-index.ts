import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readBoundedFile } from '../bounded-file.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * Paths in or below `path` that git tracks, relative to `directory`. Reads the index itself: to run git in a repository
 * would run what its configuration names. Knows versions 2 and 3, which git writes unless it is told otherwise.
 */
export function trackedByGit(directory: string, path: string): readonly string[] {
  try {
    const repository = findRepository(directory);
    if (repository === undefined) return [];
    const prefix = relative(repository.top, directory).split(sep).filter(Boolean).join('/');
    const wanted = prefix === '' ? path : `${prefix}/${path}`;
    const index = readBoundedFile(join(repository.git, 'index'), undefined, maxBytes);
    return entriesAt(index, wanted).map((entry) => (prefix === '' ? entry : entry.slice(prefix.length + 1)));
  } catch {
    return [];
  }
}

export function findRepository(directory: string): { readonly top: string; readonly git: string } | undefined {
  const git = join(directory, '.git');
  if (existsSync(git)) return { top: directory, git: gitDirectory(git) };
  const parent = dirname(directory);
  return parent === directory ? undefined : findRepository(parent);
}

/** In a worktree or submodule `.git` is a file that names the directory. */
function gitDirectory(git: string): string {
  if (statSync(git).isDirectory()) return git;
  const [, named] = /^gitdir: (.+)/.exec(readBoundedFile(git).toString('utf8')) ?? [];
  return named === undefined ? git : resolve(dirname(git), named);
}

/** An entry's path is preceded by its length, in the low 12 bits of the flags, and ends with a zero byte. */
function entriesAt(index: Buffer, wanted: string): readonly string[] {
  const found: string[] = [];
  for (let at = index.indexOf(wanted); at !== -1; at = index.indexOf(wanted, at + 1)) {
    const end = index.indexOf(0, at);
    const path = index.toString('utf8', at, end);
    const isWanted = path === wanted || path.startsWith(`${wanted}/`);
    if (isWanted && [2, 4].some((before) => (index.readUInt16BE(at - before) & 0xfff) === end - at)) found.push(path);
  }
  return found;
}
