import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DockeropsError, OperationFailed, UserError, messageOf } from '../../errors.ts';
import type { BackupManifest } from '../../plan/operation.ts';

/**
 * A backup is a tar that any tar reads: what it is, the folders as the engine gave them, and last the sha256 of every byte before the
 * entry that holds it. Compressed where its name ends in gz.
 */
export const manifestName = 'dockerops-backup.json';
export const checksumName = 'dockerops-backup.sha256';
const block = 512;
export const endOfTar = Buffer.alloc(2 * block);

export interface CheckedBackup {
  readonly manifest: BackupManifest;
  readonly sha256: string;
}

export function isCompressed(file: string): boolean {
  return /\.t?gz$/.test(file);
}

/** One small file as a tar has it. */
export function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(block);
  const put = (text: string, at: number): void => void header.write(text, at, 'ascii');
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  put(name, 0);
  put(octal(0o600, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(content.length, 11), 124);
  put(octal(0, 11), 136);
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\u000000', 257);
  put(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)]);
}

/** The bytes of a tar's entries, without what marks its end; so tars can be put one after the other. Rejects when it is cut off. */
export async function* entriesOf(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const scanner = new TarScanner();
  try {
    for await (const chunk of archive) {
      const bytes = scanner.take(chunk);
      if (bytes.length > 0) yield bytes;
    }
  } catch (cause) {
    throw cause instanceof DockeropsError ? cause : cutOff(cause);
  }
  if (!scanner.isWhole) throw cutOff();
}

function cutOff(cause?: unknown): OperationFailed {
  return new OperationFailed('the data changed while it was read, or the engine stopped sending it', {
    code: 'CUT_OFF',
    suggestions: ['try again, with the instance stopped: --stop'],
    cause,
  });
}

/** Follows the headers of a tar through chunks of any size. */
export class TarScanner {
  #rest: Buffer = Buffer.alloc(0);
  #content = 0;
  /** What stands in an extended header, which is about the entry after it. */
  #extended: Buffer | undefined;
  #isBroken = false;
  isWhole = false;
  /** Told the name of each entry that begins, and how many bytes came before its header. */
  readonly #onEntry: (name: string, at: number) => void;
  #passed = 0;

  constructor(onEntry: (name: string, at: number) => void = () => {}) {
    this.#onEntry = onEntry;
  }

  /** The bytes that are known to be of entries. */
  take(chunk: Buffer): Buffer {
    if (this.isWhole || this.#isBroken) return Buffer.alloc(0);
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const step = Math.min(this.#content, data.length - at);
      this.#keepExtended(data.subarray(at, at + step));
      at += step;
      this.#content -= step;
      if (this.#content > 0 || data.length - at < block) break;
      const header = data.subarray(at, at + block);
      this.isWhole = header.every((byte) => byte === 0);
      if (this.isWhole || !this.#begin(header, this.#passed + at)) break;
      at += block;
    }
    this.#passed += at;
    this.#rest = data.subarray(at);
    return data.subarray(0, at);
  }

  /** False: that is no header. */
  #begin(header: Buffer, at: number): boolean {
    const size = (this.#extended === undefined ? undefined : extendedSize(this.#extended)) ?? sizeOf(header);
    this.#isBroken = !Number.isSafeInteger(size) || size < 0;
    if (this.#isBroken) return false;
    this.#extended = header[156] === 'x'.charCodeAt(0) ? Buffer.alloc(0) : undefined;
    this.#content = Math.ceil(size / block) * block;
    this.#onEntry(nameOf(header), at);
    return true;
  }

  #keepExtended(bytes: Buffer): void {
    if (this.#extended !== undefined && this.#extended.length < maxExtended)
      this.#extended = Buffer.concat([this.#extended, bytes]);
  }
}

const maxFolders = 100;
const maxExtended = 1024 * 1024;

/** Engines write sizes from 8 GiB on only here, and zero in the header itself. Records such as `19 size=9663676416`, each with its length. */
function extendedSize(records: Buffer): number | undefined {
  for (let at = 0; at < records.length;) {
    const length = Number.parseInt(records.toString('latin1', at, at + 20), 10);
    if (!(length > 0)) return undefined;
    const [, size] = /^\d+ size=(\d+)\n$/.exec(records.toString('latin1', at, at + length)) ?? [];
    if (size !== undefined) return Number(size);
    at += length;
  }
  return undefined;
}

/** A long name is in two parts. */
function nameOf(header: Buffer): string {
  const first = textOf(header, 345, 500);
  return `${first === '' ? '' : `${first}/`}${textOf(header, 0, 100)}`;
}

function textOf(header: Buffer, from: number, to: number): string {
  return header.subarray(from, to).toString('utf8').replace(/\0.*$/s, '');
}

/** Octal digits; others write a binary number with its first bit set from 8 GiB on. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  return Number.parseInt(field.toString('ascii').replace(/[\0 ].*$/s, ''), 8);
}

/** The tar in a backup file. */
export function readTar(file: string): Readable {
  const content = createReadStream(file);
  if (!isCompressed(file)) return content;
  const gunzip = createGunzip();
  content.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  return gunzip;
}

/** Reads all of it: whether it is a backup, whole and unchanged. */
export async function checkBackup(file: string, signal: AbortSignal): Promise<CheckedBackup> {
  const check = new BackupCheck();
  try {
    await pipeline(
      readTar(file),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) check.take(chunk);
      },
      { signal },
    );
    return check.finish(file);
  } catch (error) {
    if (error instanceof UserError || signal.aborted) throw error;
    throw damaged(file, messageOf(error), error);
  }
}

/** Keeps the checksum of what came before the entry that has the checksum, and the two small entries. */
export class BackupCheck {
  readonly #hash = createHash('sha256');
  #pending: Buffer = Buffer.alloc(0);
  #first: Buffer = Buffer.alloc(0);
  #hashed = 0;
  #sumAt: number | undefined;
  #goesOn = false;
  readonly #folders = new Set<string>();
  readonly #scanner = new TarScanner((name, at) => {
    if (this.#folders.size < maxFolders && name.includes('/')) this.#folders.add(name.slice(0, name.indexOf('/')));
    if (this.#sumAt !== undefined) this.#goesOn = true;
    else if (name === checksumName) this.#sumAt = at;
  });

  take(chunk: Buffer): void {
    const bytes = this.#scanner.take(chunk);
    if (this.#first.length < 16 * block) this.#first = Buffer.concat([this.#first, bytes]).subarray(0, 16 * block);
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const end =
      this.#sumAt === undefined ? this.#pending.length : Math.min(this.#pending.length, this.#sumAt - this.#hashed);
    this.#hash.update(this.#pending.subarray(0, end));
    this.#hashed += end;
    this.#pending = this.#pending.subarray(end, this.#sumAt === undefined ? undefined : end + 2 * block);
  }

  finish(file: string): CheckedBackup {
    const sha256 = this.#hash.digest('hex');
    if (textOf(this.#first, 0, 100) !== manifestName)
      throw new UserError(`${file} is not a backup of dockerops`, {
        code: 'NO_BACKUP',
        suggestions: ['make one: dockerops backup SERVICE --instance NAME'],
      });
    if (this.#goesOn) throw damaged(file, 'it goes on after its checksum');
    if (!this.#scanner.isWhole || this.#sumAt === undefined) throw damaged(file, 'it is cut off');
    if (this.#pending.subarray(block, block + 64).toString('ascii') !== sha256)
      throw damaged(file, 'its checksum does not agree with its content');
    const manifest = parseManifest(this.#first.subarray(block, block + sizeOf(this.#first)), file);
    const lacking = manifest.folders.find((name) => !this.#folders.has(name));
    if (lacking !== undefined) throw damaged(file, `it has no folder ${lacking}`);
    return { manifest, sha256 };
  }
}

function parseManifest(content: Buffer, file: string): BackupManifest {
  const manifest = JSON.parse(content.toString('utf8')) as BackupManifest;
  const names: readonly unknown[] = manifest.folders;
  if (
    (manifest.format as number) === 1 &&
    names.every((name) => typeof name === 'string' && /^[a-z0-9][\w.-]*$/i.test(name))
  )
    return manifest;
  throw new UserError(`${file} was made by another version of dockerops, which writes backups otherwise`, {
    code: 'BACKUP_FORMAT',
    suggestions: ['restore it with that version'],
  });
}

function damaged(file: string, reason: string, cause?: unknown): UserError {
  return new UserError(`${file} is damaged: ${reason}`, {
    code: 'DAMAGED_BACKUP',
    suggestions: ['take another one; nothing was changed'],
    cause,
  });
}
