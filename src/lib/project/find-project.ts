import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { projectNameInConf } from './conf/conf-project-name.ts';
import { chooseProjectName, usualProjectName } from './project-name.ts';
import { checkTrust } from './project-trust.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a project is and what its name is. */
export interface ProjectPlace {
  /** Absolute, with symbolic links resolved, so that a directory is one project by whatever path. */
  readonly directory: string;
  readonly name: string;
  /** Its name without --project and PROJECT_NAME, if that is another: Dockerfiles may know its images by it. */
  readonly usualName?: string;
  readonly servicesDirectory: string;
  readonly baseImagesDirectory: string;
  readonly dataDirectory: string;
  readonly notices: readonly string[];
}

export interface ProjectRequest {
  readonly workingDirectory: string;
  readonly environment: Environment;
  /** `--project`. */
  readonly name?: string;
  /** `--project-dir`. */
  readonly projectDirectory?: string;
  /** The directory that comes with the package. */
  readonly baseImagesDirectory: string;
  /** Who asks, by number; absent: the user of this process. */
  readonly user?: number | undefined;
}

/** Name of a project's network on the engine. */
export function networkName(project: string): string {
  return `dockerops-${project}`;
}

/**
 * Finds the project from the working directory upwards; environment variables override each part. Looks for directories
 * and files, and reads only the project's name in run.conf. Throws where another user decides what is in them.
 */
export function findProject(request: ProjectRequest): ProjectPlace {
  const { environment, workingDirectory, name: requestedName } = request;
  const directory = findDirectory(request);
  const fromEnvironment = (key: string): string | undefined => {
    const path = filled(environment[key]);
    return path === undefined ? undefined : resolve(workingDirectory, path);
  };
  const servicesDirectory = fromEnvironment('SERVICES_IMAGES_DIR') ?? join(directory, 'services');
  const ownBaseImages = fromEnvironment('BASE_IMAGES_DIR');
  const files = ['run.conf', 'host.conf', 'hosts.conf', '.dockerops'].map((file) => join(directory, file));
  const paths = [directory, ...files, servicesDirectory, ...(ownBaseImages === undefined ? [] : [ownBaseImages])];
  checkTrust(directory, paths, request);
  const variable = filled(environment['PROJECT_NAME']);
  const written = projectNameInConf([directory, servicesDirectory]);
  const { name, notices } = chooseProjectName(requestedName, variable, written, directory);
  const usualName = written?.name ?? usualProjectName(directory);
  return {
    directory,
    name,
    ...(usualName === undefined || usualName === name ? {} : { usualName }),
    notices,
    servicesDirectory,
    baseImagesDirectory: ownBaseImages ?? request.baseImagesDirectory,
    dataDirectory: fromEnvironment('DATA_DIR') ?? join(directory, `data_${name}`),
  };
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function findDirectory(request: ProjectRequest): string {
  const { environment, workingDirectory } = request;
  const requested = filled(request.projectDirectory);
  if (requested !== undefined) return requestedDirectory(requested, '--project-dir', request);
  const variable = filled(environment['PROJECT_DIR']);
  if (variable !== undefined) return requestedDirectory(variable, 'PROJECT_DIR', request);
  const found = findUpwards(workingDirectory);
  if (found !== undefined) return realpathSync(found);
  if (hasServicesElsewhere(request)) return realpathSync(workingDirectory);
  throw noProject(
    `no project found: neither ${workingDirectory} nor a directory above it has a run.conf or a services directory`,
    [
      'change to the directory of your project, or set PROJECT_DIR=<directory>',
      'to begin with the demo project: dockerops install_demo',
    ],
  );
}

function requestedDirectory(path: string, by: '--project-dir' | 'PROJECT_DIR', request: ProjectRequest): string {
  const directory = resolve(request.workingDirectory, path);
  const omit = by === 'PROJECT_DIR' ? 'unset PROJECT_DIR' : `omit ${by}`;
  const suggestion = `use the directory that has the run.conf, or ${omit}`;
  if (!isDirectory(directory)) throw noProject(`${by} is ${directory}, which is not a directory`, [suggestion]);
  if (!isProject(directory) && !hasServicesElsewhere(request))
    throw noProject(`${by} is ${directory}, which has neither a run.conf nor a services directory`, [suggestion]);
  return realpathSync(directory);
}

function hasServicesElsewhere({ environment }: ProjectRequest): boolean {
  return filled(environment['SERVICES_IMAGES_DIR']) !== undefined;
}

function noProject(message: string, suggestions: readonly string[]): UserError {
  return new UserError(message, { code: 'NO_PROJECT', suggestions });
}

function findUpwards(directory: string): string | undefined {
  if (isProject(directory)) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findUpwards(parent);
}

function isProject(directory: string): boolean {
  return existsSync(join(directory, 'run.conf')) || isDirectory(join(directory, 'services'));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
