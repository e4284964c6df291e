import { existsSync, lstatSync, readdirSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readBoundedFile } from '../../bounded-file.ts';
import { DockeropsError } from '../../errors.ts';
import { dockerfileIsDirectory, missingDockerfile, unusableContext } from './context-errors.ts';
import { loadIgnoreRules, mayHold, type ContextChoice } from './context-rules.ts';
import type { IgnoreRules } from './dockerignore.ts';
import { onDisk, textOfName } from './file-name.ts';

export interface ContextEntry {
  /** Relative to the context, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits only. */
  readonly mode: number;
  /** Bytes of a file; 0 for others. */
  readonly size: number;
  /** Target of a symlink as written; empty for others. */
  readonly linkTarget: string;
}

export interface FoundEntry extends ContextEntry {
  readonly stats: Stats;
  /** What is sent in place of what is there; absent: the file itself. */
  readonly content?: Buffer;
  /** Path of an entry before this one that is the same file. */
  readonly sameAs?: string;
}

export interface FoundEntries {
  /** Everything in the directories that were read, ignored or not; the control files are among it. */
  readonly all: readonly FoundEntry[];
  /** The context, sorted by path. */
  readonly included: readonly FoundEntry[];
  /** The Dockerfile is among them only because the engine reads it from there. */
  readonly ignoresDockerfile: boolean;
}

/** Rejects with a UserError for a folder that cannot be read or has no Dockerfile. */
export async function findEntries(directory: string, choice: ContextChoice): Promise<FoundEntries> {
  try {
    return await listEntries(directory, posix.normalize(choice.dockerfile));
  } catch (error) {
    if (error instanceof DockeropsError) throw error;
    throw unusableContext(directory, 'cannot be read', error);
  }
}

async function listEntries(directory: string, dockerfile: string): Promise<FoundEntries> {
  const names = namesIn(directory);
  // No system call that can be avoided: a project may have hundreds of such folders.
  const exists = (file: string): boolean =>
    file.includes('/') ? existsSync(`${directory}/${file}`) : names.includes(file);
  const rules = loadIgnoreRules(directory, dockerfile, exists);
  const all: FoundEntry[] = [];
  await walk(names, '', { directory, rules, dockerfile, found: all });
  const chosen = all
    .filter(({ path }) => path === dockerfile || !rules.ignores(path))
    .map((entry) => (entry.path === dockerfile && entry.type === 'symlink' ? withTarget(directory, entry) : entry));
  assertDockerfile(directory, dockerfile, chosen);
  return {
    all,
    included: withParents(chosen, all).sort((a, b) => (a.path < b.path ? -1 : 1)),
    ignoresDockerfile: rules.ignores(dockerfile),
  };
}

/** A link may lead out of the context, where the engine could not follow it. */
function withTarget(directory: string, entry: FoundEntry): FoundEntry {
  const place = `${directory}/${entry.path}`;
  const stats = statSync(place);
  if (!stats.isFile()) return { ...entry, type: 'directory' };
  const content = readBoundedFile(place);
  return { ...entry, type: 'file', mode: stats.mode & 0o7777, size: content.length, linkTarget: '', stats, content };
}

function assertDockerfile(directory: string, dockerfile: string, entries: readonly FoundEntry[]): void {
  const found = entries.find(({ path }) => path === dockerfile);
  if (found === undefined) throw missingDockerfile(directory, dockerfile);
  if (found.type === 'directory') throw dockerfileIsDirectory(directory, dockerfile);
}

interface Walk {
  readonly directory: string;
  readonly rules: IgnoreRules;
  readonly dockerfile: string;
  readonly found: FoundEntry[];
}

/** Synchronous calls and plain concatenation of paths: promises and `join` take several times as long. */
async function walk(names: readonly string[], parent: string, context: Walk): Promise<void> {
  const { directory, rules, dockerfile, found } = context;
  for (const name of names) {
    const path = parent === '' ? name : `${parent}/${name}`;
    const entry = unlessIgnored(context, path, () => readEntry(directory, path));
    if (entry === undefined) continue;
    found.push(entry);
    if (entry.type !== 'directory' || !mayHold(path, rules, dockerfile)) continue;
    await setImmediate();
    await walk(unlessIgnored(context, path, () => namesIn(`${directory}/${path}`)) ?? [], path, context);
  }
}

/** What is left out of the context need not be readable. */
function unlessIgnored<T>({ rules, dockerfile }: Walk, path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const isNeeded = dockerfile === path || dockerfile.startsWith(`${path}/`) || rules.namesBelow(path);
    const isForbidden =
      error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
    if (isForbidden && !isNeeded && rules.ignores(path)) return undefined;
    throw error;
  }
}

/** Also those that are not UTF-8. */
function namesIn(directory: string): readonly string[] {
  const names = readdirSync(onDisk(directory));
  if (!names.some((name) => name.includes('\uFFFD'))) return names;
  return readdirSync(onDisk(directory), { encoding: 'buffer' }).map(textOfName);
}

function targetOf(link: string | Buffer): string {
  const target = readlinkSync(link);
  return target.includes('\uFFFD') ? textOfName(readlinkSync(link, { encoding: 'buffer' })) : target;
}

/** Undefined for sockets, pipes and devices. */
function readEntry(directory: string, path: string): FoundEntry | undefined {
  const stats = lstatSync(onDisk(`${directory}/${path}`));
  const common = { path, stats, size: 0, linkTarget: '' };
  // Windows has no permission bits; Docker's CLI makes everything executable there too.
  const mode = process.platform === 'win32' ? 0o755 : stats.mode & 0o7777;
  if (stats.isSymbolicLink())
    return { ...common, type: 'symlink', mode: 0o777, linkTarget: targetOf(onDisk(`${directory}/${path}`)) };
  if (stats.isDirectory()) return { ...common, type: 'directory', mode };
  return stats.isFile() ? { ...common, type: 'file', mode, size: stats.size } : undefined;
}

/** With the directories on the way to each entry, also those that are ignored themselves. */
function withParents(entries: readonly FoundEntry[], all: readonly FoundEntry[]): FoundEntry[] {
  const listed = new Set(entries.map(({ path }) => path));
  const parents = new Set(entries.flatMap(({ path }) => parentsOf(path)));
  return [...entries, ...all.filter(({ path }) => parents.has(path) && !listed.has(path))];
}

function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}
