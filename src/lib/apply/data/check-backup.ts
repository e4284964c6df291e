import { createHash } from 'node:crypto';
import { trimEndOf } from '../../cut-text.ts';
import { UserError, messageOf } from '../../errors.ts';
import type { BackupManifest } from '../../plan/operation-parts.ts';
import { checksumName, manifestName, openBackup } from './backup-format.ts';
import { ByteReader } from './byte-reader.ts';
import { headersOf, readEntry, type TarEntry } from './tar-entry.ts';
import { parseJson } from '../../json.ts';
import { DamagedTar, padded } from './tar-header.ts';

export interface CheckedBackup {
  readonly manifest: BackupManifest;
  readonly sha256: string;
}

/** Reads a whole file. Rejects with a UserError when it is no backup, or is damaged. */
export async function checkBackup(file: string, signal: AbortSignal): Promise<CheckedBackup> {
  const check = new BackupCheck();
  const bytes = new ByteReader(openBackup(file));
  try {
    for (let entry = await readEntry(bytes); entry !== undefined; entry = await readEntry(bytes)) {
      signal.throwIfAborted();
      check.begin(entry);
      for await (const part of bytes.pass(padded(entry.size))) check.content(part);
    }
    await bytes.drain();
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof DamagedTar && !check.hasBegun) throw notBackup(file);
    throw damaged(file, messageOf(error), error);
  } finally {
    await bytes.close();
  }
  return check.finish(file);
}

const maxFolders = 100;
const maxKeptBytes = 64 * 1024;

/** Follows the entries of a backup: hashes all before the checksum, and keeps the manifest and the checksum. */
export class BackupCheck {
  readonly #hash = createHash('sha256');
  readonly #folders = new Set<string>();
  readonly #kept = { manifest: '', checksum: '' };
  #current: 'manifest' | 'data' | 'checksum' | 'extra' | undefined;
  #isBackup = false;

  get hasBegun(): boolean {
    return this.#current !== undefined;
  }

  begin(entry: TarEntry): void {
    if (this.#current === undefined) this.#isBackup = entry.name === manifestName;
    this.#current = this.#kindOf(entry);
    if (this.#current === 'data' && this.#folders.size < maxFolders) this.#folders.add(folderOf(entry));
    if (this.#current !== 'checksum') this.#hash.update(headersOf(entry));
  }

  #kindOf({ name }: TarEntry): 'manifest' | 'data' | 'checksum' | 'extra' {
    if (this.#current === undefined) return 'manifest';
    if (this.#current === 'checksum' || this.#current === 'extra') return 'extra';
    return name === checksumName ? 'checksum' : 'data';
  }

  /** With the padding after the content. */
  content(bytes: Buffer): void {
    if (this.#current !== 'checksum') this.#hash.update(bytes);
    if (this.#current !== 'manifest' && this.#current !== 'checksum') return;
    const kept = this.#kept[this.#current];
    if (kept.length < maxKeptBytes) this.#kept[this.#current] = kept + bytes.toString('latin1');
  }

  /** When all entries have passed. Throws a UserError that names the file. */
  finish(file: string): CheckedBackup {
    if (!this.#isBackup) throw notBackup(file);
    if (this.#current === 'extra') throw damaged(file, 'it goes on after its checksum');
    if (this.#current !== 'checksum') throw damaged(file, 'it is cut off');
    const sha256 = this.#hash.digest('hex');
    if (withoutPadding(this.#kept.checksum).trim() !== sha256)
      throw damaged(file, 'its checksum does not agree with its content');
    const manifest = parseManifest(withoutPadding(this.#kept.manifest), file);
    const missing = manifest.folders.find((name) => !this.#folders.has(name));
    if (missing !== undefined) throw damaged(file, `it has no folder ${missing}`);
    return { manifest, sha256 };
  }
}

/** The first directory of a path; empty for a file that is in none. */
function folderOf({ name, type }: TarEntry): string {
  const slash = name.indexOf('/');
  if (slash < 0) return type === 'directory' ? name : '';
  return name.slice(0, slash);
}

function withoutPadding(text: string): string {
  return trimEndOf(text, '\0');
}

/** From bytes as latin1. */
function parseManifest(text: string, file: string): BackupManifest {
  const manifest = parseJson(Buffer.from(text, 'latin1').toString('utf8')) as BackupManifest;
  const names: readonly unknown[] = manifest.folders;
  const areNames = names.every((name) => typeof name === 'string' && /^[a-z0-9][\w.-]*$/i.test(name));
  if ((manifest.format as number) === 1 && areNames) return manifest;
  throw new UserError(`${file} has the format of another version of dockerops`, {
    code: 'BACKUP_FORMAT',
    suggestions: ['restore it with that version'],
  });
}

function notBackup(file: string): UserError {
  return new UserError(`${file} is not a backup of dockerops`, {
    code: 'NO_BACKUP',
    suggestions: ['make one: dockerops backup SERVICE --instance NAME'],
  });
}

function damaged(file: string, reason: string, cause?: unknown): UserError {
  return new UserError(`${file} is damaged: ${reason}`, {
    code: 'DAMAGED_BACKUP',
    suggestions: ['use another backup; nothing was changed'],
    cause,
  });
}
