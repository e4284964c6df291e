import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { findEntries, type ContextEntry, type FoundEntry } from './context-entries.ts';
import { contextTar } from './context-tar.ts';
import { controlFiles, type ContextChoice } from './context-rules.ts';
import { stampOf, type Stamp } from './file-stamp.ts';

/** What is in a context, without the content of its files. */
export interface ContextSurvey {
  readonly entries: readonly ContextEntry[];
  /** Of everything that decides what the context is; computed when it is asked for. */
  readonly stamp: () => Stamp;
}

/**
 * Lists what a build of a folder sends to the engine: everything that `.dockerignore` (or `<dockerfile>.dockerignore`,
 * which wins) leaves, sorted by path. The input hash and the tar are both made from such a list, so that they cannot
 * disagree. Sockets, pipes and devices are left out. Directories on the way to an entry are always listed.
 */
export async function surveyContext(directory: string, choice: ContextChoice): Promise<ContextSurvey> {
  const { all, included } = await findEntries(directory, choice);
  return {
    entries: included.map(({ path, type, mode, size, linkTarget }) => ({ path, type, mode, size, linkTarget })),
    stamp: () => stampOf([...statControlFiles(directory, choice, all), ...included]),
  };
}

/** Follows links: the target of a link may change without the link. */
function statControlFiles(
  directory: string,
  { dockerfile }: ContextChoice,
  all: readonly FoundEntry[],
): readonly Pick<FoundEntry, 'path' | 'stats'>[] {
  return controlFiles(posix.normalize(dockerfile)).flatMap((path) => {
    const found = all.find((entry) => entry.path === path);
    const stats =
      found?.type === 'symlink' ? statSync(`${directory}/${path}`, { throwIfNoEntry: false }) : found?.stats;
    return stats === undefined ? [] : [{ path, stats }];
  });
}

/**
 * The tar of that list, owned by root as with the Docker CLI. Times are the files' own: the engine's cache does not
 * look at them, but programs in the image do (a web server's ETag is time and size, so one fixed time would serve stale
 * pages).
 */
export async function packContext(directory: string, choice: ContextChoice): Promise<Readable> {
  const { included } = await findEntries(directory, choice);
  return contextTar(directory, included);
}
