import { definedOnly } from '../defined.ts';
import { DockeropsError, UserError, type Problem } from '../errors.ts';
import { type HostConf, loadHostConf, noHostConf } from './conf/host-conf.ts';
import { loadRunConf, noEntries } from './conf/load-run-conf.ts';
import type { RunConf, RunConfEntry } from './conf/run-conf-entry.ts';
import type { ProjectPlace } from './find-project.ts';
import { type EnvFiles, loadEnvFiles } from './load-env-files.ts';
import { loadSecretFiles, type SecretFiles, unreadableSecrets } from './load-secret-files.ts';
import { loadServices } from './load-services.ts';
import { type Needs, neededProblems, wrongEntries } from './needed-files.ts';
import { directoriesOf } from './read-project-file.ts';
import { gatherServices, type Services } from './services.ts';

/** Everything that a project's files say, read once. Resolving reads no file after this. */
export interface LoadedProject {
  readonly place: ProjectPlace;
  /** Without entries that have problems. */
  readonly conf: RunConf;
  /**
   * The entries with those that have problems, for what only they say: who is of a group. Absent when not all could be
   * read.
   */
  readonly written?: readonly RunConfEntry[];
  /** Absolute path of the conf; absent when there is none. */
  readonly confPath?: string;
  readonly hostConf: HostConf;
  readonly services: Services;
  readonly envFiles: EnvFiles;
  readonly secretFiles: SecretFiles;
  /** What is wrong with the files that the command does not need. */
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

export interface LoadRequest {
  readonly place: ProjectPlace;
  /** `conf=`. */
  readonly conf?: string;
  readonly osIds: readonly string[];
  /** Absent: everything. */
  readonly needs?: Needs;
}

/**
 * Reads run.conf, host.conf, env files and services. Throws one error with all mistakes in the confs and env files that
 * the command needs; what has mistakes beside is left out.
 */
export function loadProject({ place, conf, osIds, needs = 'all' }: LoadRequest): LoadedProject {
  const unread: Problem[] = [];
  const read = <T>(load: () => T, otherwise: T): T =>
    needs === 'labels' ? readOr(load, otherwise, (problem) => unread.push(problem)) : load();
  const host = read(() => loadHostConf(place.directory), noHostConf);
  const load = (): typeof noEntries => loadRunConf(place, conf, host.conf.lastConf);
  // A conf that the command line names is no file that may be wrong, but a wrong word.
  const run = conf === undefined ? read(load, { ...noEntries, areAll: false }) : load();
  const within = directoriesOf(place);
  const envFiles = loadEnvFiles(run.conf.entries, place.directory, within);
  const problems = [...unread, ...run.problems, ...[...envFiles.problems.values()].flat(), ...host.problems];
  const wrong = problems.length === 0 ? new Map<RunConfEntry, never>() : wrongEntries(run, envFiles);
  const stopping = neededProblems(problems, wrong, needs);
  if (stopping.length > 0) throw invalidConf(stopping);
  const entries = run.conf.entries.filter((entry) => !wrong.has(entry));
  const used = { ...run.conf, entries };
  const secretFiles = loadSecretFiles(entries, place.directory, within);
  const folders = read(() => loadServices(place, used), []);
  return definedOnly({
    place,
    conf: used,
    written: run.areAll ? run.conf.entries : undefined,
    confPath: run.path,
    hostConf: host.conf,
    envFiles: envFiles.variables,
    secretFiles,
    // Also those of entries with problems: they exist.
    services: gatherServices(folders, run.conf, osIds),
    problems: [...new Set([...unread, ...problems])],
    notices: [
      ...place.notices,
      ...run.notices,
      ...host.notices,
      ...(needs === 'labels' ? unreadableSecrets(secretFiles, place.directory) : []),
    ],
  });
}

/** What could not be read at all, as a problem. */
function readOr<T>(load: () => T, otherwise: T, onProblem: (problem: Problem) => void): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
    onProblem({ message: error.message, ...definedOnly({ suggestion: error.suggestions[0] }) });
    return otherwise;
  }
}

/** The error for mistakes in the files of a project. */
export function invalidConf(problems: readonly Problem[]): UserError {
  const files = [...new Set(problems.map(({ where = '' }) => where.replace(/:\d+:\d+$/, '')))];
  const what = files.length === 1 ? (files[0] ?? '') : 'the configuration';
  const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
  return new UserError(`${what} has ${count}`, { code: 'INVALID_CONF', problems });
}
