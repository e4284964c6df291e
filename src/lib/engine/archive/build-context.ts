import {
  createReadStream,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  type Stats,
} from 'node:fs';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Pack } from 'tar-stream';
import { DockeropsError, UserError, messageOf } from '../../errors.ts';
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
  readonly stats: Stats;
}

/** What the file system says of files without what is in them: as long as it is the same, so is every byte of them. */
export interface Stamp {
  /** Paths, inodes, modes, sizes and times. */
  readonly text: string;
  /** The latest of those times, in ms since the epoch. */
  readonly changed: number;
}

/** A context without what is in its files. */
export interface ContextSurvey {
  readonly entries: readonly ContextEntry[];
  /** Of all that decides what the context is; made when it is asked for. */
  readonly stamp: () => Stamp;
}

/**
 * What a build of a folder sends to the engine: everything that `.dockerignore` (or `<dockerfile>.dockerignore`, which wins)
 * leaves, sorted by path. The input hash and the tar are both made from this list, so that they cannot disagree.
 * Sockets, pipes and devices are left out. Directories on the way to an entry are always listed.
 */
export async function surveyContext(directory: string, choice: ContextChoice): Promise<ContextSurvey> {
  const { all, wanted } = await findEntries(directory, choice);
  return {
    entries: wanted.map(({ path, type, mode, size, linkTarget }) => ({ path, type, mode, size, linkTarget })),
    stamp: () => stampOf([...statControlFiles(directory, choice, all), ...wanted]),
  };
}

export function stampOf(files: readonly { readonly path: string; readonly stats: Stats }[]): Stamp {
  return {
    text: files
      .map(({ path, stats: { ino, mode, size, mtimeMs, ctimeMs } }) =>
        JSON.stringify([path, ino, mode, size, mtimeMs, ctimeMs]),
      )
      .join('\n'),
    changed: files.reduce((latest, { stats: { mtimeMs, ctimeMs } }) => Math.max(latest, mtimeMs, ctimeMs), 0),
  };
}

/** Through links: what a link names may change without the link. */
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

/** Read beside what is in the context. */
export function controlFiles(dockerfile: string): readonly string[] {
  return [dockerfile, `${dockerfile}.dockerignore`, '.dockerignore'];
}

/**
 * The tar of that list, owned by root as with the Docker CLI. Times are the files' own: the engine's cache does not look at
 * them, but programs in the image do (a web server's ETag is time and size, so one fixed time would serve stale pages).
 */
export async function packContext(directory: string, choice: ContextChoice): Promise<Readable> {
  const [{ wanted }, { pack: makePack }] = await Promise.all([findEntries(directory, choice), import('tar-stream')]);
  const pack = makePack();
  writeEntries(pack, directory, wanted).catch((cause: unknown) => {
    pack.destroy(cause instanceof Error ? cause : new Error(String(cause)));
  });
  return Readable.from(pack, { objectMode: false });
}

/** A folder may change while it is read, or hold what this user may not read: that is no bug. */
export function unusableContext(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`build context: ${path} ${what}${cause === undefined ? '' : ` (${messageOf(cause)})`}`, {
    code: 'BUILD_CONTEXT_UNUSABLE',
    suggestions: ['remove it, make it readable, or name it in .dockerignore'],
    cause,
  });
}

interface FoundEntries {
  /** Of the folders that were looked into; the control files are among them. */
  readonly all: readonly FoundEntry[];
  /** What the context is, sorted by path. */
  readonly wanted: readonly FoundEntry[];
}

async function findEntries(directory: string, choice: ContextChoice): Promise<FoundEntries> {
  try {
    return await lookForEntries(directory, choice);
  } catch (error) {
    if (error instanceof DockeropsError) throw error;
    throw unusableContext(directory, 'cannot be read', error);
  }
}

async function lookForEntries(directory: string, choice: ContextChoice): Promise<FoundEntries> {
  const dockerfile = posix.normalize(choice.dockerfile);
  const names = readdirSync(directory);
  // Each question to the file system that is spared counts: there may be as many folders as services.
  const rules = parseDockerignore(
    readIgnoreFile(directory, dockerfile, (file) =>
      file.includes('/') ? existsSync(`${directory}/${file}`) : names.includes(file),
    ),
  );
  const all: FoundEntry[] = [];
  await walk(names, '', { directory, rules, dockerfile, found: all });
  const wanted = all.filter((entry) => entry.path === dockerfile || !rules.ignores(entry.path));
  const found = wanted.find(({ path }) => path === dockerfile);
  if (found === undefined || found.type === 'directory') throw noDockerfile(directory, dockerfile, found?.type);
  const parents = new Set(wanted.flatMap((entry) => parentsOf(entry.path)));
  const listed = new Set(wanted.map((entry) => entry.path));
  const added = all.filter((entry) => parents.has(entry.path) && !listed.has(entry.path));
  return { all, wanted: [...wanted, ...added].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function noDockerfile(directory: string, dockerfile: string, found: ContextEntry['type'] | undefined): UserError {
  const path = join(directory, dockerfile);
  return found === undefined
    ? new UserError(`no ${dockerfile} in ${directory}`, { code: 'DOCKERFILE_MISSING', suggestions: [`write ${path}`] })
    : new UserError(`${path} is a directory`, { code: 'DOCKERFILE_MISSING', suggestions: ['make a Dockerfile of it'] });
}

/** For who watches a folder: what of it belongs to its context, by paths relative to it. */
export interface ContextRules {
  holds(path: string): boolean;
  /** Whether it is worth looking into a directory. */
  mayHold(directory: string): boolean;
}

export function contextRules(directory: string, choice: ContextChoice): ContextRules {
  const dockerfile = posix.normalize(choice.dockerfile);
  const rules = parseDockerignore(readIgnoreFile(directory, dockerfile, (file) => existsSync(`${directory}/${file}`)));
  const always = new Set(controlFiles(dockerfile));
  return {
    holds: (path) => always.has(path) || !rules.ignores(path),
    mayHold: (path) => mayHoldWanted(path, rules, dockerfile),
  };
}

function readIgnoreFile(directory: string, dockerfile: string, isThere: (file: string) => boolean): string {
  const [, ...candidates] = controlFiles(dockerfile);
  const name = candidates.find(isThere);
  if (name === undefined) return '';
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch (cause) {
    throw unusableContext(join(directory, name), 'cannot be read', cause);
  }
}

/** One directory after the other by the plain calls, and paths put together as they are: promises and `join` would take several times as long. */
async function walk(
  names: readonly string[],
  below: string,
  search: {
    readonly directory: string;
    readonly rules: IgnoreRules;
    readonly dockerfile: string;
    readonly found: FoundEntry[];
  },
): Promise<void> {
  const { directory, rules, dockerfile, found } = search;
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    const entry = readEntry(directory, path);
    if (entry === undefined) continue;
    found.push(entry);
    if (entry.type !== 'directory' || !mayHoldWanted(path, rules, dockerfile)) continue;
    await setImmediate();
    await walk(readdirSync(`${directory}/${path}`), path, search);
  }
}

function mayHoldWanted(path: string, rules: IgnoreRules, dockerfile: string): boolean {
  return rules.hasExceptions || dockerfile.startsWith(`${path}/`) || !rules.ignores(path);
}

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

function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

async function writeEntries(pack: Pack, directory: string, entries: readonly FoundEntry[]): Promise<void> {
  for (const entry of entries) {
    const header = {
      name: entry.path,
      type: entry.type,
      mode: entry.mode,
      size: entry.size,
      mtime: entry.stats.mtime,
      uid: 0,
      gid: 0,
      linkname: entry.linkTarget,
    };
    if (entry.type === 'file') await pipeline(createReadStream(join(directory, entry.path)), pack.entry(header));
    else pack.entry(header);
  }
  pack.finalize();
}
