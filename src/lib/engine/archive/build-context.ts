import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { readBoundedFile } from '../../bounded-file.ts';
import { findEntries, type ContextEntry, type FoundEntry } from './context-entries.ts';
import { unusableContext } from './context-errors.ts';
import { needsBuildKit, withIgnoreFile } from './classic-context.ts';
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
 * The text of a Dockerfile as it is sent. `context`: for a Dockerfile that is ignored, and so must not be copied, a
 * folder of the context that has everything else; it is sent when the text names it.
 */
export type ChangeDockerfile = (text: string, context: string | undefined) => string;

export interface PackedContext {
  readonly tar: Readable;
  /** The folder that was added for a Dockerfile that is ignored. */
  readonly addedFolder?: string;
  /** Only this builder makes of it what is meant. */
  readonly builder?: 'classic';
}

/** Whether instructions of an image that it is built on (ONBUILD) would copy the Dockerfile: their text is not sent. */
export type ParentsCopy = () => Promise<boolean>;

/**
 * The tar of that list, owned by root as with the Docker CLI. Times are the files' own: the engine's cache does not
 * look at them, but programs in the image do (a web server's ETag is time and size, so one fixed time would serve stale
 * pages). Several names of one file stay that.
 */
export async function packContext(
  directory: string,
  choice: ContextChoice,
  change: ChangeDockerfile = (text) => text,
  parentsCopy: ParentsCopy = async () => false,
): Promise<PackedContext> {
  const found = await findEntries(directory, choice);
  const dockerfile = posix.normalize(choice.dockerfile);
  const entries = withHardLinks(found.included, dockerfile);
  const folder = found.ignoresDockerfile ? unusedName(entries) : undefined;
  const withText = (context: string | undefined): readonly FoundEntry[] =>
    entries.map((entry) =>
      entry.path === dockerfile ? changeContent(directory, entry, (text) => change(text, context)) : entry,
    );
  if (found.ignoresDockerfile && !isForBuildKit(directory, entries, dockerfile) && (await parentsCopy())) {
    const classic = withIgnoreFile(withText(undefined), found, dockerfile);
    if (classic !== undefined) return { tar: contextTar(directory, classic), builder: 'classic' };
  }
  const changed = withText(folder);
  const isNamed = folder !== undefined && changed.some(({ content }) => content?.includes(folder) === true);
  if (!isNamed) return { tar: contextTar(directory, changed) };
  return { tar: contextTar(directory, [...changed, ...copyOf(entries, dockerfile, folder)]), addedFolder: folder };
}

function isForBuildKit(directory: string, entries: readonly FoundEntry[], dockerfile: string): boolean {
  const entry = entries.find(({ path }) => path === dockerfile);
  return entry !== undefined && needsBuildKit(contentOf(directory, entry).toString('utf8'));
}

function contentOf(directory: string, { content, path }: FoundEntry): Buffer {
  return content ?? readDockerfile(`${directory}/${path}`);
}

function withHardLinks(entries: readonly FoundEntry[], dockerfile: string): readonly FoundEntry[] {
  const firsts = new Map<string, string>();
  return entries.map((entry) => {
    if (entry.type !== 'file' || entry.stats.nlink < 2 || entry.path === dockerfile) return entry;
    const file = `${String(entry.stats.dev)} ${String(entry.stats.ino)}`;
    const first = firsts.get(file);
    if (first === undefined) firsts.set(file, entry.path);
    return first === undefined ? entry : { ...entry, sameAs: first };
  });
}

function unusedName(entries: readonly FoundEntry[]): string {
  const names = new Set(entries.map(({ path }) => path));
  const [name = ''] = ['', ...entries.keys()]
    .map((number) => `.dockerops-context${String(number)}`)
    .filter((each) => !names.has(each));
  return name;
}

/** A Dockerfile that is not UTF-8 is sent as it is. */
function changeContent(directory: string, entry: FoundEntry, change: (text: string) => string): FoundEntry {
  const content = contentOf(directory, entry);
  const text = content.toString('utf8');
  const changed = change(text);
  if (changed === text || !Buffer.from(text).equals(content)) return entry;
  return { ...entry, content: Buffer.from(changed), size: Buffer.byteLength(changed) };
}

function readDockerfile(path: string): Buffer {
  try {
    return readBoundedFile(path);
  } catch (cause) {
    throw unusableContext(path, 'cannot be read', cause);
  }
}

/** Everything but the Dockerfile, once more in a folder; files are other names of those before. */
function copyOf(entries: readonly FoundEntry[], dockerfile: string, folder: string): readonly FoundEntry[] {
  const root: readonly FoundEntry[] = entries
    .filter(({ path }) => path === dockerfile)
    .map(({ stats }) => ({ path: folder, type: 'directory', mode: 0o755, size: 0, linkTarget: '', stats }));
  const copies = entries
    .filter(({ path }) => path !== dockerfile)
    .map((entry) => ({
      ...entry,
      path: `${folder}/${entry.path}`,
      ...(entry.type === 'file' ? { sameAs: entry.sameAs ?? entry.path } : {}),
    }));
  return [...root, ...copies];
}
