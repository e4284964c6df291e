import { join } from 'node:path';
import { UserError, messageOf } from '../../errors.ts';

/** For a path that cannot be read, or that changes while it is read: the user's to repair, no bug. */
export function unusableContext(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`build context: ${path} ${what}${cause === undefined ? '' : ` (${messageOf(cause)})`}`, {
    code: 'BUILD_CONTEXT_UNUSABLE',
    suggestions: ['remove it, make it readable, or list it in .dockerignore'],
    cause,
  });
}

export function missingDockerfile(directory: string, dockerfile: string): UserError {
  const suggestions = [`write ${join(directory, dockerfile)}`];
  return new UserError(`no ${dockerfile} in ${directory}`, { code: 'DOCKERFILE_MISSING', suggestions });
}

export function dockerfileIsDirectory(directory: string, dockerfile: string): UserError {
  return new UserError(`${join(directory, dockerfile)} is a directory, not a Dockerfile`, {
    code: 'DOCKERFILE_MISSING',
    suggestions: ['replace the directory with a file'],
  });
}
