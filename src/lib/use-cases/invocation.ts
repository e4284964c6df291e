import { join } from 'node:path';
import { checkTrust } from '../project/project-trust.ts';
import { findProject, type Environment, type ProjectPlace } from '../project/find-project.ts';

/** Where and how dockerops was called. */
export interface InvocationContext {
  /** Where dockerops itself is installed. */
  readonly packageDirectory: string;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly environment: Environment;
  /** `--host`: address of the engine. */
  readonly host?: string;
  /** What names the host, if not `--host`. */
  readonly hostSource?: string;
  /** Ends what the command reads, until it has changed something. */
  readonly signal?: AbortSignal;
}

export interface ProjectInvocation extends InvocationContext {
  /** `--project` */
  readonly name?: string;
  /** `--project-dir` */
  readonly projectDirectory?: string;
  /** `--conf` */
  readonly conf?: string;
}

/** Directories and name of the project. Needs no engine and reads no file of the project. */
export function findPlace(invocation: ProjectInvocation): ProjectPlace {
  return findProject({ ...invocation, baseImagesDirectory: packagedBaseImages(invocation) });
}

/** Directory of the base images outside a project, which may set another one. Throws if that is of another user. */
export function baseImagesDirectoryOf(invocation: InvocationContext): string {
  const own = invocation.environment['BASE_IMAGES_DIR'];
  if (own !== undefined) checkTrust(own, [own], invocation);
  return own ?? packagedBaseImages(invocation);
}

function packagedBaseImages({ packageDirectory }: InvocationContext): string {
  return join(packageDirectory, 'base-image');
}
