import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError, type Problem } from '../errors.ts';
import { type FileVariable, parseEnvFile } from './conf/env-file.ts';
import type { ProjectPlace } from './find-project.ts';
import { type HostConf, loadHostConf } from './conf/host-conf.ts';
import { loadServices } from './load-services.ts';
import { loadRunConf } from './conf/run-conf.ts';
import { tryProjectFile } from './read-project-file.ts';
import { placeIn, type RunConf, type RunConfEntry } from './conf/run-conf-entry.ts';
import { type SecretFiles, secretFilesOf } from './resolve/environment/secrets.ts';
import { gatherServices, type Services } from './services.ts';

/** Everything that a project's files say, read once. Resolving needs no disk after this. */
export interface LoadedProject {
  readonly place: ProjectPlace;
  readonly conf: RunConf;
  /** Absolute path of the conf; absent when there is none. */
  readonly confPath?: string;
  readonly hostConf: HostConf;
  readonly services: Services;
  /** Variables of the files that entries name, by path as written. */
  readonly envFiles: Readonly<Record<string, readonly FileVariable[]>>;
  /** Of the files that `secrets` name. */
  readonly secretFiles: SecretFiles;
  readonly notices: readonly string[];
}

export interface LoadRequest {
  readonly place: ProjectPlace;
  /** `conf=`. */
  readonly conf?: string;
  readonly osIds: readonly string[];
}

/** Reads run.conf, host.conf, env files and the service folders. Throws one error with all that is wrong with the confs. */
export function loadProject(request: LoadRequest): LoadedProject {
  const { place, osIds } = request;
  const host = loadHostConf(place.directory);
  const run = loadRunConf(place, request.conf, host.conf.lastConf);
  const files = loadEnvFiles(run.conf.entries, place.directory);
  const problems = [...run.problems, ...files.problems, ...host.problems];
  if (problems.length > 0) throw invalidConf(problems);
  return {
    place,
    conf: run.conf,
    hostConf: host.conf,
    envFiles: files.variables,
    secretFiles: loadSecretFiles(run.conf.entries, place.directory),
    ...(run.path === undefined ? {} : { confPath: run.path }),
    services: gatherServices(loadServices(place, run.conf), run.conf, osIds),
    notices: [...place.notices, ...run.notices, ...host.notices],
  };
}

function invalidConf(problems: readonly Problem[]): UserError {
  const files = [...new Set(problems.map(({ where = '' }) => where.replace(/:\d+:\d+$/, '')))];
  const what = files.length === 1 ? (files[0] ?? '') : 'the configuration';
  return new UserError(`${what} has ${problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`}`, {
    code: 'INVALID_CONF',
    problems,
  });
}

export function envFilesOf({ values: { env_file: files } }: RunConfEntry): readonly string[] {
  return files === undefined ? [] : [files].flat().filter((file) => typeof file === 'string');
}

/** A secret that is not here is the matter of its instance alone: elsewhere it may be. */
function loadSecretFiles(entries: readonly RunConfEntry[], directory: string): SecretFiles {
  return Object.fromEntries(
    [...new Set(entries.flatMap(secretFilesOf))].map((file) => [file, readText(resolve(directory, file))]),
  );
}

function readText(path: string): string | undefined {
  if (!isFile(path)) return undefined;
  try {
    const bytes = readFileSync(path);
    return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function loadEnvFiles(
  entries: readonly RunConfEntry[],
  directory: string,
): { readonly variables: LoadedProject['envFiles']; readonly problems: readonly Problem[] } {
  const named = entries.flatMap((entry) =>
    envFilesOf(entry).map((file) => ({ file, where: placeIn(entry, 'env_file') })),
  );
  const unique = named.filter(({ file }, index) => named.findIndex((other) => other.file === file) === index);
  const missing = unique.filter(({ file }) => !isFile(resolve(directory, file)));
  const parsed = unique
    .filter((each) => !missing.includes(each))
    .map(({ file, where }) => {
      const { text = '', problems } = tryProjectFile(resolve(directory, file), where);
      const { variables, problems: ofLines } = parseEnvFile(file, text);
      return { file, variables, problems: [...problems, ...ofLines] };
    });
  return {
    variables: Object.fromEntries(parsed.map(({ file, variables }) => [file, variables])),
    problems: [
      ...missing.map(({ file, where }) => ({
        where,
        message: `there is no file ${file} in the project`,
        suggestion: `make it, or take "${file}" out of "env_file"`,
      })),
      ...parsed.flatMap(({ problems }) => problems),
    ],
  };
}
