import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { readBoundedFile } from '../bounded-file.ts';
import { surveyContext, type ContextSurvey } from '../engine/archive/build-context.ts';
import type { ContextEntry } from '../engine/archive/context-entries.ts';
import { unusableContext } from '../engine/archive/context-errors.ts';
import { controlFiles } from '../engine/archive/context-rules.ts';
import { onDisk } from '../engine/archive/file-name.ts';
import { tellsChanges } from './file-systems.ts';
import { Remembered } from '../file-cache.ts';

/** Version of the rules below. A hash by other rules never equals one of these. */
const version = 'v2';
/** Up to here a file is read in one call, which is what makes small contexts fast. */
const smallFileBytes = 256 * 1024;
/** After so many files, signals and answers of the engine are handled. */
const filesInATurn = 100;
/** Bigger contexts are always read: what is remembered of them would be long, too. */
const maxRemembered = 10_000;

/** Identifies a parent image: by the hash of its own input, else by the engine's id, else by its name alone. */
export interface ParentIdentity {
  readonly reference: string;
  readonly identity: string;
}

/** A folder and the Dockerfile in it, relative to the folder. */
export interface BuildFolder {
  readonly directory: string;
  readonly dockerfile: string;
}

export interface HashInput extends BuildFolder {
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Their names are hashed, their values are not, because the hash is in a label. */
  readonly secretArgs?: readonly string[];
  readonly platform?: string;
  readonly target?: string;
  readonly parents: readonly ParentIdentity[];
}

/** Digests of folders, each read once. Reading can begin before the engine has answered which parent images it has. */
export class FolderDigests {
  readonly #digests = new Map<string, Promise<string>>();
  readonly known: Remembered;

  constructor(known = new Remembered()) {
    this.known = known;
  }

  of(folder: BuildFolder): Promise<string> {
    const key = keyOf(folder);
    const digest = this.#digests.get(key) ?? this.#digest(folder);
    this.#digests.set(key, digest);
    // Who needs it is told of a failure; who has only begun is not.
    digest.catch(() => undefined);
    return digest;
  }

  /** Digest of what an image is made from. Build arguments may be nobody else's matter, and so are in no file. */
  async ofInput(input: HashInput, text: string): Promise<string> {
    const make = (): string => digestOf(text);
    return Object.keys(input.buildArgs).length > 0
      ? make()
      : this.known.recall(`image ${keyOf(input)}`, { text, changed: 0 }, make);
  }

  async #digest(folder: BuildFolder): Promise<string> {
    const survey = await surveyContext(folder.directory, folder);
    if (survey.entries.length > maxRemembered || !tellsChanges(folder.directory)) return folderDigest(folder, survey);
    const { text, changed } = survey.stamp();
    return this.known.recall(`folder ${keyOf(folder)}`, { text: `${version} ${text}`, changed }, () =>
      folderDigest(folder, survey),
    );
  }
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function keyOf({ directory, dockerfile }: BuildFolder): string {
  return `${directory}/${dockerfile}`;
}

/**
 * Hash of everything that an image is built from: `v2:` and 64 hex digits. Equal hashes mean equal input of the build,
 * except for the values of secret arguments. Owners and times of files are not hashed, nor which are one file with two
 * names; the Dockerfile and the ignore files are, also when the context leaves them out.
 */
export async function inputHash(input: HashInput, folders = new FolderDigests()): Promise<string> {
  const fields = [...settings(input), ['folder', await folders.of(input)]];
  return `${version}:${await folders.ofInput(input, fields.map(encode).join(''))}`;
}

async function folderDigest(folder: BuildFolder, { entries }: ContextSurvey): Promise<string> {
  const hash = createHash('sha256');
  const add = (fields: readonly string[]): unknown => hash.update(encode(fields));
  describeControlFiles(folder).forEach(add);
  for (const [index, entry] of entries.entries()) {
    if (index % filesInATurn === filesInATurn - 1) await setImmediate();
    add(await describe(folder.directory, entry));
  }
  return hash.digest('hex');
}

/** Lengths first, so that no two lists of fields have the same encoding. */
function encode(fields: readonly string[]): string {
  return `${String(fields.length)};${fields.map((field) => `${String(Buffer.byteLength(field))}:${field}`).join('')}`;
}

function settings(input: HashInput): string[][] {
  const parents = input.parents.map(({ reference, identity }) => ['parent', reference, identity]);
  const buildArgs = Object.entries(input.buildArgs).map(([name, value]) =>
    input.secretArgs?.includes(name) === true ? ['argument', name] : ['argument', name, value],
  );
  return [
    ['dockerfile', input.dockerfile],
    ['platform', input.platform ?? ''],
    ['target', input.target ?? ''],
    ...[...parents, ...buildArgs].sort((a, b) => (encode(a) < encode(b) ? -1 : 1)),
  ];
}

function describeControlFiles({ directory, dockerfile }: BuildFolder): string[][] {
  const digest = (path: string): string | undefined => (existsSync(path) ? findDigest(path) : undefined);
  return controlFiles(dockerfile).map((name) => ['control', name, digest(`${directory}/${name}`) ?? 'none']);
}

async function describe(directory: string, entry: ContextEntry): Promise<string[]> {
  // A name that is not UTF-8 would be the same as others in the hash.
  const name = entry.path.isWellFormed() ? entry.path : JSON.stringify(entry.path);
  const start = [entry.type, name, entry.mode.toString(8)];
  if (entry.type !== 'file')
    return [...start, entry.linkTarget.isWellFormed() ? entry.linkTarget : JSON.stringify(entry.linkTarget)];
  const path = join(directory, entry.path);
  const digest = entry.size > smallFileBytes || name !== entry.path ? await streamDigest(path) : findDigest(path);
  if (digest === undefined) throw unusableContext(path, 'went away while it was read');
  return [...start, digest];
}

function findDigest(path: string): string | undefined {
  try {
    return digestOf(readBoundedFile(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusableContext(path, 'cannot be read', error);
  }
}

async function streamDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(onDisk(path)), hash);
  } catch (error) {
    throw unusableContext(path, 'cannot be read', error);
  }
  return hash.digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
