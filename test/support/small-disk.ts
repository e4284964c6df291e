import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of a few MB, which a test fills. Needs root. */
export class SmallDisk implements AsyncDisposable {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  static async at(directory: string, size: string): Promise<SmallDisk> {
    await mkdir(directory, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
    return new SmallDisk(directory);
  }

  /** Takes all the space that is left. */
  async fill(): Promise<void> {
    const file = await open(this.#filling(), 'w');
    try {
      for (const size of [1024 * 1024, 4096]) {
        const block = Buffer.alloc(size);
        while ((await written(file.write(block))) === size);
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.#filling(), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['--lazy', this.directory]);
    await rm(this.directory, { recursive: true, force: true });
  }

  #filling(): string {
    return join(this.directory, 'filling');
  }
}

/** Bytes; 0 when there is no space. */
async function written(writing: Promise<{ readonly bytesWritten: number }>): Promise<number> {
  try {
    return (await writing).bytesWritten;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 0;
    throw error;
  }
}
