import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';

/** Errors of file systems without hard links: vfat, exFAT, shared folders of virtual machines. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Writes a file of mode 600 as a whole or not at all. A file that exists is left as it is, without an error. */
export async function writeExclusively(path: string, text: string, giveName: typeof link = link): Promise<void> {
  const aside = `${path}.${randomUUID()}.new`;
  try {
    await writeNew(aside, text);
    await giveName(aside, path).catch((error: unknown) => {
      if (!noLinks.includes(codeOf(error))) throw error;
      return writeNew(path, text);
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** A file that could not be written as a whole is removed. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
