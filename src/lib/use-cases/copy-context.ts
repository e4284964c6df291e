import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContextRules } from '../engine/archive/context-rules.ts';

export interface ContextCopy {
  readonly from: string;
  readonly to: string;
  /** A directory that is left out: it may be in the context itself. */
  readonly except: string;
  readonly rules: ContextRules;
}

/** Copies a build context: files, directories and links as they are. Pipes, sockets and devices are no part of one. */
export async function copyContext(copy: ContextCopy, folder = ''): Promise<void> {
  for (const name of await readdir(join(copy.from, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (join(copy.from, path) !== copy.except) await copyEntry(copy, path);
  }
}

async function copyEntry(copy: ContextCopy, path: string): Promise<void> {
  const { holds, mayHold } = copy.rules;
  const [from, to] = [join(copy.from, path), join(copy.to, path)];
  const stats = await lstat(from);
  if (stats.isDirectory()) {
    if (!holds(path) && !mayHold(path)) return;
    await mkdir(to, { mode: stats.mode & 0o777 });
    await copyContext(copy, path);
  } else if (holds(path)) {
    if (stats.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (stats.isFile()) await copyFile(from, to);
  }
}
