import { createReadStream, existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Pack } from 'tar-stream';
import { UserError } from '../errors.ts';
import { parseDockerignore, type IgnoreRules } from './dockerignore.ts';

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

export interface ContextChoice {
  /** Relative to the directory. Always part of the context, even when ignored: the engine reads it from there. */
  readonly dockerfile: string;
}

interface FoundEntry extends ContextEntry {
  readonly modified: Date;
}

/**
 * What a build of a folder sends to the engine: everything that `.dockerignore` (or `<dockerfile>.dockerignore`, which wins)
 * leaves, sorted by path. The input hash and the tar are both made from this list, so that they cannot disagree.
 * Sockets, pipes and devices are left out. Directories on the way to an entry are always listed.
 */
export async function listContext(directory: string, choice: ContextChoice): Promise<readonly ContextEntry[]> {
  const entries = await findEntries(directory, choice);
  return entries.map(({ path, type, mode, size, linkTarget }) => ({ path, type, mode, size, linkTarget }));
}

/**
 * The tar of that list, owned by root as with the Docker CLI. Times are the files' own: the engine's cache does not look at
 * them, but programs in the image do (a web server's ETag is time and size, so one fixed time would serve stale pages).
 */
export async function packContext(directory: string, choice: ContextChoice): Promise<Readable> {
  const [entries, { pack: makePack }] = await Promise.all([findEntries(directory, choice), import('tar-stream')]);
  const pack = makePack();
  writeEntries(pack, directory, entries).catch((cause: unknown) => {
    pack.destroy(cause instanceof Error ? cause : new Error(String(cause)));
  });
  return Readable.from(pack, { objectMode: false });
}

async function findEntries(directory: string, choice: ContextChoice): Promise<readonly FoundEntry[]> {
  const dockerfile = posix.normalize(choice.dockerfile);
  const rules = parseDockerignore(readIgnoreFile(directory, dockerfile));
  const all = await walk(directory, '', rules, dockerfile);
  const wanted = all.filter((entry) => entry.path === dockerfile || !rules.ignores(entry.path));
  if (!wanted.some((entry) => entry.path === dockerfile && entry.type !== 'directory')) {
    throw new UserError(`no ${dockerfile} in ${directory}`, { code: 'DOCKERFILE_MISSING', suggestions: [`write ${join(directory, dockerfile)}`] });
  }
  const parents = new Set(wanted.flatMap((entry) => parentsOf(entry.path)));
  const listed = new Set(wanted.map((entry) => entry.path));
  const added = all.filter((entry) => parents.has(entry.path) && !listed.has(entry.path));
  return [...wanted, ...added].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** For who watches a folder: what of it belongs to its context, by paths relative to it. */
export interface ContextRules {
  holds(path: string): boolean;
  /** Whether it is worth looking into a directory. */
  mayHold(directory: string): boolean;
}

export function contextRules(directory: string, choice: ContextChoice): ContextRules {
  const dockerfile = posix.normalize(choice.dockerfile);
  const rules = parseDockerignore(readIgnoreFile(directory, dockerfile));
  const always = new Set([dockerfile, `${dockerfile}.dockerignore`, '.dockerignore']);
  return { holds: (path) => always.has(path) || !rules.ignores(path), mayHold: (path) => mayHoldWanted(path, rules, dockerfile) };
}

function readIgnoreFile(directory: string, dockerfile: string): string {
  const candidates = [`${dockerfile}.dockerignore`, '.dockerignore'];
  const name = candidates.find((candidate) => existsSync(join(directory, candidate)));
  return name === undefined ? '' : readFileSync(join(directory, name), 'utf8');
}

/** One directory after the other by the plain calls: each by a promise would take several times as long. */
async function walk(directory: string, below: string, rules: IgnoreRules, dockerfile: string): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  for (const name of readdirSync(join(directory, below))) {
    const path = posix.join(below, name);
    const entry = readEntry(directory, path);
    if (entry === undefined) continue;
    found.push(entry);
    if (entry.type !== 'directory' || !mayHoldWanted(path, rules, dockerfile)) continue;
    await setImmediate();
    found.push(...(await walk(directory, path, rules, dockerfile)));
  }
  return found;
}

function mayHoldWanted(path: string, rules: IgnoreRules, dockerfile: string): boolean {
  return rules.hasExceptions || dockerfile.startsWith(`${path}/`) || !rules.ignores(path);
}

function readEntry(directory: string, path: string): FoundEntry | undefined {
  const stats = lstatSync(join(directory, path));
  const common = { path, modified: stats.mtime, size: 0, linkTarget: '' };
  // Windows has no permission bits; Docker's CLI makes everything executable there too.
  const mode = process.platform === 'win32' ? 0o755 : stats.mode & 0o7777;
  if (stats.isSymbolicLink()) return { ...common, type: 'symlink', mode: 0o777, linkTarget: readlinkSync(join(directory, path)) };
  if (stats.isDirectory()) return { ...common, type: 'directory', mode };
  return stats.isFile() ? { ...common, type: 'file', mode, size: stats.size } : undefined;
}

function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

async function writeEntries(pack: Pack, directory: string, entries: readonly FoundEntry[]): Promise<void> {
  for (const entry of entries) {
    const header = { name: entry.path, type: entry.type, mode: entry.mode, size: entry.size, mtime: entry.modified, uid: 0, gid: 0, linkname: entry.linkTarget };
    if (entry.type === 'file') await pipeline(createReadStream(join(directory, entry.path)), pack.entry(header));
    else pack.entry(header);
  }
  pack.finalize();
}
