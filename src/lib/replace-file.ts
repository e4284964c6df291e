import { open, rename, rm } from 'node:fs/promises';

export interface NewFile {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Replaces a file as a whole or not at all. It has its mode from its first byte. Rejects with the system's error. */
export async function replaceFile(path: string, text: string, { mode, owner }: NewFile): Promise<void> {
  const aside = `${path}.${String(process.pid)}`;
  await rm(aside, { force: true });
  try {
    const file = await open(aside, 'wx', mode);
    try {
      await file.writeFile(text);
      if (owner !== undefined) await file.chown(owner.uid, owner.gid);
      // Whatever the user's umask says.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
