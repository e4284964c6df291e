import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { isDnsLabel, labelComplaint, toDnsLabel } from './conf/dns-label.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a project is and what it is called. */
export interface ProjectPlace {
  /** Absolute, symbolic links resolved: the same directory by two ways is one project. */
  readonly directory: string;
  readonly name: string;
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
}

/** Name of a project's network on the engine. */
export function networkName(project: string): string {
  return `dockerops-${project}`;
}

/** Finds the project from the working directory upwards; the environment may name each part. Looks at directories, reads no file. */
export function findProject(request: ProjectRequest): ProjectPlace {
  const { environment, workingDirectory } = request;
  const directory = findDirectory(request);
  const { name, notices } = chooseName(request, directory);
  const fromEnvironment = (variable: string): string | undefined => {
    const value = given(environment[variable]);
    return value === undefined ? undefined : resolve(workingDirectory, value);
  };
  return {
    directory,
    name,
    notices,
    servicesDirectory: fromEnvironment('SERVICES_IMAGES_DIR') ?? join(directory, 'services'),
    baseImagesDirectory: fromEnvironment('BASE_IMAGES_DIR') ?? request.baseImagesDirectory,
    dataDirectory: fromEnvironment('DATA_DIR') ?? join(directory, `data_${name}`),
  };
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function findDirectory(request: ProjectRequest): string {
  const { environment, workingDirectory, projectDirectory } = request;
  const [named, by] =
    given(projectDirectory) === undefined
      ? [given(environment['PROJECT_DIR']), 'PROJECT_DIR']
      : [projectDirectory, '--project-dir'];
  if (named !== undefined) return namedDirectory(resolve(workingDirectory, named), by, request);
  const found = findUpwards(workingDirectory);
  if (found !== undefined) return realpathSync(found);
  if (given(environment['SERVICES_IMAGES_DIR']) !== undefined) return realpathSync(workingDirectory);
  throw noProject(
    `no project here: neither ${workingDirectory} nor a directory above it has a run.conf or a services directory`,
    [
      'go to the directory of your project, or name it: PROJECT_DIR=<directory>',
      'or begin with the demo: dockerops install_demo',
    ],
  );
}

function namedDirectory(directory: string, by: string, { environment }: ProjectRequest): string {
  const way =
    by === 'PROJECT_DIR'
      ? 'name the directory that has the run.conf, or unset PROJECT_DIR'
      : `name the directory that has the run.conf, or leave ${by} out`;
  if (!isDirectory(directory)) throw noProject(`${by} is ${directory}, which is not a directory`, [way]);
  if (!isProject(directory) && given(environment['SERVICES_IMAGES_DIR']) === undefined)
    throw noProject(`${by} is ${directory}, which has neither a run.conf nor a services directory`, [way]);
  return realpathSync(directory);
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

function chooseName(
  { name, environment }: ProjectRequest,
  directory: string,
): { readonly name: string; readonly notices: readonly string[] } {
  const variable = given(environment['PROJECT_NAME']);
  const [chosen, origin] = name !== undefined ? [name, '--project'] : [variable, 'PROJECT_NAME'];
  if (chosen !== undefined) return { name: checkName(chosen, origin), notices: [] };
  const base = basename(directory);
  const label = isDnsLabel(base) ? base : toDnsLabel(base);
  if (label === '') throw badName(`no project name can be made of the directory's name "${base}"`, directory);
  if (label === 'dockerops') throw reserved(directory);
  return {
    name: label,
    notices:
      label === base
        ? []
        : [`the project is called ${label}: names are host names, and the directory is called ${base}`],
  };
}

function checkName(name: string, origin: string): string {
  if (name === 'dockerops') throw reserved(origin);
  if (isDnsLabel(name)) return name;
  const { message, suggestion } = labelComplaint('project', name) ?? { message: '', suggestion: '' };
  throw new UserError('the project cannot be called so', {
    code: 'PROJECT_NAME',
    problems: [{ where: origin, message, suggestion }],
  });
}

function reserved(where: string): UserError {
  return badName('the project name "dockerops" is kept for the base images', where);
}

function badName(message: string, where: string): UserError {
  return new UserError(`${where}: ${message}`, {
    code: 'PROJECT_NAME',
    suggestions: ['give another: --project <name>, or PROJECT_NAME=<name>'],
  });
}
