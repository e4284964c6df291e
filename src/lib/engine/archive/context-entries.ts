import { existsSync, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DockeropsError } from '../../errors.ts';
import { dockerfileIsDirectory, missingDockerfile, unusableContext } from './context-errors.ts';
import { loadIgnoreRules, mayHold, type ContextChoice } from './context-rules.ts';
import type { IgnoreRules } from './dockerignore.ts';

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
}

export interface FoundEntries {
  /** Everything in the directories that were read, ignored or not; the control files are among it. */
  readonly all: readonly FoundEntry[];
  /** The context, sorted by path. */
  readonly included: readonly FoundEntry[];
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
  const names = readdirSync(directory);
  // No system call that can be avoided: a project may have hundreds of such folders.
  const exists = (file: string): boolean =>
    file.includes('/') ? existsSync(`${directory}/${file}`) : names.includes(file);
  const rules = loadIgnoreRules(directory, dockerfile, exists);
  const all: FoundEntry[] = [];
  await walk(names, '', { directory, rules, dockerfile, found: all });
  const chosen = all.filter(({ path }) => path === dockerfile || !rules.ignores(path));
  assertDockerfile(directory, dockerfile, chosen);
  return { all, included: withParents(chosen, all).sort((a, b) => (a.path < b.path ? -1 : 1)) };
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
    const entry = readEntry(directory, path);
    if (entry === undefined) continue;
    found.push(entry);
    if (entry.type !== 'directory' || !mayHold(path, rules, dockerfile)) continue;
    await setImmediate();
    await walk(readdirSync(`${directory}/${path}`), path, context);
  }
}

/** Undefined for sockets, pipes and devices. */
function readEntry(directory: string, path: string): FoundEntry | undefined {
  const stats = lstatSync(`${directory}/${path}`);
  const common = { path, stats, size: 0, linkTarget: '' };
  // Windows has no permission bits; Docker's CLI makes everything executable there too.
  const mode = process.platform === 'win32' ? 0o755 : stats.mode & 0o7777;
  if (stats.isSymbolicLink())
    return { ...common, type: 'symlink', mode: 0o777, linkTarget: readlinkSync(join(directory, path)) };
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
