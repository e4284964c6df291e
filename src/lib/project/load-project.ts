import { definedOnly } from '../defined.ts';
import { UserError, type Problem } from '../errors.ts';
import { type HostConf, loadHostConf } from './conf/host-conf.ts';
import { loadRunConf } from './conf/load-run-conf.ts';
import type { RunConf } from './conf/run-conf-entry.ts';
import type { ProjectPlace } from './find-project.ts';
import { type EnvFiles, loadEnvFiles } from './load-env-files.ts';
import { loadSecretFiles, type SecretFiles } from './load-secret-files.ts';
import { loadServices } from './load-services.ts';
import { directoriesOf } from './read-project-file.ts';
import { gatherServices, type Services } from './services.ts';

/** Everything that a project's files say, read once. Resolving reads no file after this. */
export interface LoadedProject {
  readonly place: ProjectPlace;
  readonly conf: RunConf;
  /** Absolute path of the conf; absent when there is none. */
  readonly confPath?: string;
  readonly hostConf: HostConf;
  readonly services: Services;
  readonly envFiles: EnvFiles;
  readonly secretFiles: SecretFiles;
  readonly notices: readonly string[];
}

export interface LoadRequest {
  readonly place: ProjectPlace;
  /** `conf=`. */
  readonly conf?: string;
  readonly osIds: readonly string[];
}

/** Reads run.conf, host.conf, env files and services. Throws one error with all mistakes in the confs and env files. */
export function loadProject({ place, conf, osIds }: LoadRequest): LoadedProject {
  const host = loadHostConf(place.directory);
  const run = loadRunConf(place, conf, host.conf.lastConf);
  const { entries } = run.conf;
  const within = directoriesOf(place);
  const envFiles = loadEnvFiles(entries, place.directory, within);
  const problems = [...run.problems, ...envFiles.problems, ...host.problems];
  if (problems.length > 0) throw invalidConf(problems);
  return definedOnly({
    place,
    conf: run.conf,
    confPath: run.path,
    hostConf: host.conf,
    envFiles: envFiles.variables,
    secretFiles: loadSecretFiles(entries, place.directory, within),
    services: gatherServices(loadServices(place, run.conf), run.conf, osIds),
    notices: [...place.notices, ...run.notices, ...host.notices],
  });
}

function invalidConf(problems: readonly Problem[]): UserError {
  const files = [...new Set(problems.map(({ where = '' }) => where.replace(/:\d+:\d+$/, '')))];
  const what = files.length === 1 ? (files[0] ?? '') : 'the configuration';
  const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
  return new UserError(`${what} has ${count}`, { code: 'INVALID_CONF', problems });
}
