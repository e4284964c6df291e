import { chmodSync, closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readBoundedText } from '../../bounded-file.ts';
import { DirectoryError } from '../../directories/directory-errors.ts';
import { OperationFailed, UserError, messageOf } from '../../errors.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { migrations, version } from './tables.ts';

/** SQLite's codes for a database that another process has. */
const busyCodes: ReadonlySet<unknown> = new Set([5, 6]);

/**
 * The file in which a server keeps its state: what is written is on the disk before the call returns, and one process
 * has it at a time. Rejects with the pid of that process when it is another one.
 */
export function openStore(directory: string): SqliteDatabase {
  const file = join(directory, 'serve.sqlite');
  makeFile(directory, file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`);
    // With an exclusive lock, the first transaction takes it for as long as the process lives.
    database.exec('BEGIN IMMEDIATE; COMMIT');
    prepare(database, file);
    // What a server that was killed had deleted.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    writeFileSync(pidFile(directory), `${String(process.pid)}\n`, { mode: 0o600 });
    return new SqliteDatabase(database);
  } catch (error) {
    database.close();
    throw busyCodes.has((error as { readonly errcode?: unknown }).errcode) ? inUse(directory, error) : error;
  }
}

/** Whether an error of a write says that the disk or the file system refused it, or that a shared store did. */
export function isStoreFailure(error: unknown): boolean {
  if (error instanceof DirectoryError) return true;
  return error instanceof Error && (error as { readonly code?: unknown }).code === 'ERR_SQLITE_ERROR';
}

const pragmas = [
  'locking_mode = EXCLUSIVE',
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  // A login that is not needed any more leaves no copy in the file.
  'secure_delete = ON',
];

/** The file is made before SQLite opens it, so that nobody else could read it at any moment. */
function makeFile(directory: string, file: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    chmodSync(file, 0o600);
  } catch (cause) {
    throw new UserError(`--data ${directory}: ${messageOf(cause)}`, {
      code: 'SERVE_DATA',
      suggestions: ['name a directory that this user may write to: --data DIR'],
      cause,
    });
  }
}

function prepare(database: DatabaseSync, file: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > version)
    throw new UserError(`${file} is of a newer version of dockerops (${String(found)})`, {
      code: 'SERVE_DATA',
      suggestions: ['upgrade dockerops, or name another directory: --data DIR'],
    });
  if (found === version) return;
  const missing = migrations.slice(found).join('');
  database.exec(`BEGIN; ${missing} PRAGMA user_version = ${String(version)}; COMMIT`);
}

function pidFile(directory: string): string {
  return join(directory, 'serve.pid');
}

function inUse(directory: string, cause: unknown): OperationFailed {
  return new OperationFailed(`--data ${directory}: another server has it${holderOf(directory)}`, {
    code: 'SERVE_DATA_IN_USE',
    suggestions: ['stop that server, or name another directory: --data DIR'],
    cause,
  });
}

function holderOf(directory: string): string {
  try {
    return ` (pid ${readBoundedText(pidFile(directory)).trim()})`;
  } catch {
    return '';
  }
}
