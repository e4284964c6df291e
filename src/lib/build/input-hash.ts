import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listContext, type ContextEntry } from '../engine/build-context.ts';
import { DockeropsError, UserError } from '../errors.ts';
import { mapInBatches } from './in-batches.ts';

/** The rules by which hashes are made: a hash of other rules equals none of these. */
const version = 'v1';
/** Up to here a file is read in one call, which is what makes small contexts fast. */
const smallFileBytes = 256 * 1024;
const filesAtOnce = 8;

/** What a parent image is: the hash of its own input, or the id by which the engine knows it, or nothing but its name. */
export interface ParentIdentity {
  readonly reference: string;
  readonly identity: string;
}

export interface HashInput {
  readonly directory: string;
  /** Relative to the directory. */
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly target?: string;
  readonly parents: readonly ParentIdentity[];
}

/**
 * Hash of everything that an image is built from: `v1:` and 64 hex digits. Equal hashes mean that the build would be handed
 * the same bytes. Owners and times of files do not enter, as they reach no image; the Dockerfile and the ignore files
 * enter also where the context leaves them out.
 */
export async function inputHash(input: HashInput): Promise<string> {
  const hash = createHash('sha256');
  const add = (fields: readonly string[]): unknown => hash.update(encode(fields));
  settings(input).forEach(add);
  (await controlFiles(input)).forEach(add);
  const entries = await listEntries(input);
  await mapInBatches(entries, filesAtOnce, (entry) => describe(input.directory, entry), add);
  return `${version}:${hash.digest('hex')}`;
}

/** Lengths first, so that no two lists of fields have the same encoding. */
function encode(fields: readonly string[]): string {
  return `${String(fields.length)};${fields.map((field) => `${String(Buffer.byteLength(field))}:${field}`).join('')}`;
}

function settings(input: HashInput): string[][] {
  const parents = input.parents.map(({ reference, identity }) => ['parent', reference, identity]);
  const buildArgs = Object.entries(input.buildArgs).map(([name, value]) => ['argument', name, value]);
  return [
    ['dockerfile', input.dockerfile],
    ['platform', input.platform ?? ''],
    ['target', input.target ?? ''],
    ...[...parents, ...buildArgs].sort((a, b) => (encode(a) < encode(b) ? -1 : 1)),
  ];
}

async function controlFiles(input: HashInput): Promise<string[][]> {
  const names = [input.dockerfile, `${input.dockerfile}.dockerignore`, '.dockerignore'];
  const contents = await Promise.all(names.map((name) => findDigest(join(input.directory, name))));
  return names.map((name, index) => ['control', name, contents[index] ?? 'none']);
}

/** The engine room makes the list, for the hash and for the archive alike. */
async function listEntries(input: HashInput): Promise<readonly ContextEntry[]> {
  try {
    return await listContext(input.directory, { dockerfile: input.dockerfile });
  } catch (error) {
    if (error instanceof DockeropsError) throw error;
    throw unusable(input.directory, 'cannot be read', error);
  }
}

async function describe(directory: string, entry: ContextEntry): Promise<string[]> {
  const start = [entry.type, entry.path, entry.mode.toString(8)];
  if (entry.type !== 'file') return [...start, entry.linkTarget];
  const path = join(directory, entry.path);
  const digest = entry.size > smallFileBytes ? await streamDigest(path) : await findDigest(path);
  if (digest === undefined) throw unusable(path, 'went away while it was read');
  return [...start, digest];
}

async function findDigest(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256').update(await readFile(path)).digest('hex');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(path, 'cannot be read', error);
  }
}

async function streamDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw unusable(path, 'cannot be read', error);
  }
  return hash.digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unusable(path: string, what: string, cause?: unknown): UserError {
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return new UserError(`build context: ${path} ${what}${reason}`, {
    code: 'BUILD_CONTEXT_UNUSABLE',
    suggestions: ['remove it, make it readable, or name it in .dockerignore'],
    cause,
  });
}
