import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../errors.ts';
import { type FileVariable, type ParsedEnvFile, parseEnvFile } from './conf/env-file.ts';
import { placeIn, type RunConfEntry } from './conf/run-conf-entry.ts';
import { tryProjectFile } from './read-project-file.ts';

/** Variables of the files that entries name, by path as written. */
export type EnvFiles = Readonly<Record<string, readonly FileVariable[]>>;

export interface LoadedEnvFiles {
  readonly variables: EnvFiles;
  /** By path as written; only of files that have some. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
}

/** Reads each file that the `env_file` of an entry names. */
export function loadEnvFiles(
  entries: readonly RunConfEntry[],
  directory: string,
  within: readonly string[],
): LoadedEnvFiles {
  const named = entries.flatMap((entry) =>
    envFilesOf(entry).map((file) => ({ file, where: placeIn(entry, 'env_file') })),
  );
  const unique = named.filter(({ file }, index) => named.findIndex((other) => other.file === file) === index);
  const missing = unique.filter(({ file }) => !existsSync(resolve(directory, file)));
  const loaded = unique
    .filter((each) => !missing.includes(each))
    .map(({ file, where }) => ({
      file,
      ...loadEnvFile(file, tryProjectFile(resolve(directory, file), where, within)),
    }));
  return {
    variables: Object.fromEntries(loaded.map(({ file, variables }) => [file, variables])),
    problems: new Map([
      ...missing.map((each) => [each.file, [missingFile(each)]] as const),
      ...loaded.filter(({ problems }) => problems.length > 0).map(({ file, problems }) => [file, problems] as const),
    ]),
  };
}

/** Paths as written. The entry need not be valid. */
export function envFilesOf({ values: { env_file: files } }: RunConfEntry): readonly string[] {
  return files === undefined ? [] : [files].flat().filter((file) => typeof file === 'string');
}

/** An env file, and the place of the `env_file` that names it. */
interface NamedFile {
  readonly file: string;
  readonly where: string;
}

function missingFile({ file, where }: NamedFile): Problem {
  return {
    where,
    message: `there is no file ${file} in the project`,
    suggestion: `create it, or remove "${file}" from "env_file"`,
  };
}

function loadEnvFile(file: string, { text = '', problems }: ReturnType<typeof tryProjectFile>): ParsedEnvFile {
  const parsed = parseEnvFile(file, text);
  return { variables: parsed.variables, problems: [...problems, ...parsed.problems] };
}
