import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readBoundedFile } from '../bounded-file.ts';
import type { RunConfEntry } from './conf/run-conf-entry.ts';
import { isFile } from './read-project-file.ts';

/** Content of the files that secrets name, by path as written; undefined: there is none, or it is not text. */
export type SecretFiles = Readonly<Record<string, string | undefined>>;

/** A missing file is a problem only of the instances that use it: it may be on another host alone. */
export function loadSecretFiles(
  entries: readonly RunConfEntry[],
  directory: string,
  within: readonly string[],
): SecretFiles {
  const files = new Set(entries.flatMap(secretFilesOf));
  return Object.fromEntries([...files].map((file) => [file, readText(resolve(directory, file), within)]));
}

/** One sentence for each secret that is there and cannot be used, for commands that do not need it. */
export function unreadableSecrets(files: SecretFiles, directory: string): readonly string[] {
  return Object.entries(files)
    .filter(([file, text]) => text === undefined && existsSync(resolve(directory, file)))
    .map(([file]) => `the secret ${file} is not a text file that you can read`);
}

/** Paths as written. The entry need not be valid. */
export function secretFilesOf({ values: { secrets } }: RunConfEntry): readonly string[] {
  if (!Array.isArray(secrets)) return [];
  return (secrets as readonly unknown[]).flatMap((secret) => {
    const file = typeof secret === 'object' && secret !== null && 'file' in secret ? secret.file : undefined;
    return typeof file === 'string' ? [file] : [];
  });
}

function readText(path: string, within: readonly string[]): string | undefined {
  if (!isFile(path)) return undefined;
  try {
    const bytes = readBoundedFile(path, within);
    return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
