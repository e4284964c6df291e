import { createHash } from 'node:crypto';
import { emptyImage } from '../engine/archive/empty-image.ts';
import { EngineError, NotFound } from '../errors.ts';
import type { Owner } from '../model/desired.ts';
import { randomSuffix, withHelper, type HelperEngine } from './helper-container.ts';

/** Where a helper container has the directory that it is for. */
export const helperPlace = '/host';

/**
 * Works on a directory of the engine's host through a container that never starts, so that its image needs no programs.
 * The engine makes the directory where it is missing. Only under the owner's lock, since the name of the container is
 * fixed.
 */
export async function withDirectory<T>(
  engine: HelperEngine,
  owner: Owner,
  directory: string,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const mounts = [{ kind: 'directory', directory, target: helperPlace }] as const;
  return withHelper(engine, owner, digitsOf(directory), { image: emptyImage, command: ['-'], mounts }, work);
}

/** For names of helpers: work on several directories may go on at once. */
export function digitsOf(directory: string): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 8);
}

/**
 * The same, read-only and without making the directory: rejects with NotFound (NO_DIRECTORY) when there is none. Give a
 * `suffix` only under the owner's lock: a container with that name, which a killed command has left, is then removed.
 */
export async function withExistingDirectory<T>(
  engine: HelperEngine,
  owner: Owner,
  directory: string,
  work: (container: string) => Promise<T>,
  suffix = randomSuffix(),
): Promise<T> {
  const mounts = [{ kind: 'bind', source: directory, target: helperPlace, readOnly: true }] as const;
  let isCreated = false;
  return withHelper(engine, owner, suffix, { image: emptyImage, command: ['-'], mounts }, async (container) => {
    isCreated = true;
    return work(container);
  }).catch((error: unknown) => {
    if (isCreated || !(error instanceof EngineError) || error.code !== 'ENGINE_REFUSED') throw error;
    throw new NotFound(`there is no directory ${directory} on the engine's host`, {
      code: 'NO_DIRECTORY',
      cause: error,
    });
  });
}

export async function isDirectoryThere(engine: HelperEngine, owner: Owner, directory: string): Promise<boolean> {
  return withExistingDirectory(engine, owner, directory, async () => true).catch((error: unknown) => {
    if (error instanceof NotFound && error.code === 'NO_DIRECTORY') return false;
    throw error;
  });
}
