import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'dockerops-os-';
/** Making an OS tree takes a minute: what is older than this was left by a process that was killed. */
const maxAgeMs = 3600_000;

/** A new directory for this user alone. Removes what this user's killed processes left. */
export async function makeWorkDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir()))
    if (name.startsWith(prefix)) await removeLeftover(join(tmpdir(), name)).catch(() => {});
  return mkdtemp(join(tmpdir(), prefix));
}

/** Never another user's, who could put a link in the place of something that is being removed. */
async function removeLeftover(path: string): Promise<void> {
  const { uid, mtimeMs } = await lstat(path);
  if (uid === (process.getuid?.() ?? uid) && Date.now() - mtimeMs > maxAgeMs)
    await rm(path, { recursive: true, force: true });
}
