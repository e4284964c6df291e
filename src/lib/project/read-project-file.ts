import { realpathSync, statSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { readBoundedText, UnsuitableFile } from '../bounded-file.ts';
import { UserError, type Problem } from '../errors.ts';
import type { Complaint } from './conf/dns-label.ts';
import type { ProjectPlace } from './find-project.ts';

/** What the file system reports, as words that follow the name of the file. */
const complaints: Readonly<Record<string, (path: string) => Complaint>> = {
  EACCES: (path) => ({
    message: 'cannot be read: permission denied',
    suggestion: `make yourself its owner: sudo chown "$(id -u)" ${path}`,
  }),
  EISDIR: (path) => ({
    message: 'is a directory, and must be a file',
    suggestion: `remove it, or put a file in its place: ${path}`,
  }),
  ENOENT: () => ({ message: 'was removed while it was read', suggestion: 'run the command again' }),
};

const suggestions: Readonly<Record<UnsuitableFile['code'], string>> = {
  NOT_REGULAR: 'put a file in its place',
  TOO_LARGE: 'make it smaller: such a file is read whole',
  OUTSIDE: 'put a copy of the file in its place',
  NOT_TEXT: 'save it as UTF-8',
};

/** The directories of a project, which no link in them may lead out of. */
export function directoriesOf(place: ProjectPlace): readonly string[] {
  const { directory, servicesDirectory, baseImagesDirectory } = place;
  const elsewhere = [servicesDirectory, baseImagesDirectory].filter((path) =>
    relative(directory, path).startsWith('..'),
  );
  return [directory, ...elsewhere, ...elsewhere.map(realPath)];
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/**
 * Text of a file of the project. Throws a UserError when it cannot be read. `within` is for files that no link out of
 * these directories may stand for.
 */
export function readProjectFile(path: string, within?: readonly string[]): string {
  try {
    return readBoundedText(path, within);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** For files whose problems are kept with those who need them: the text, or the problem, with `where` as its place. */
export function tryProjectFile(
  path: string,
  where: string,
  within: readonly string[],
): { readonly text: string | undefined; readonly problems: readonly Problem[] } {
  try {
    return { text: readBoundedText(path, within), problems: [] };
  } catch (error) {
    return { text: undefined, problems: [fileProblem(path, where, error)] };
  }
}

/** The problem of a file that cannot be read. Throws what is not an error of the file system. */
export function fileProblem(path: string, where: string, error: unknown): Problem {
  const { message, suggestion } = fileComplaint(path, error);
  return { where, message: `${basename(path)} ${message}`, suggestion };
}

/** The error for a file or directory that cannot be read. Throws what is not an error of the file system. */
export function unreadable(path: string, error: unknown): UserError {
  const { message, suggestion } = fileComplaint(path, error);
  return new UserError(`${path} ${message}`, { code: 'FILE_UNREADABLE', suggestions: [suggestion], cause: error });
}

function fileComplaint(path: string, error: unknown): Complaint {
  if (error instanceof UnsuitableFile) return { message: error.message, suggestion: suggestions[error.code] };
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
  const code = error.code === 'EPERM' ? 'EACCES' : error.code;
  return (
    complaints[code]?.(path) ?? {
      message: `cannot be read: ${error.message}`,
      suggestion: `check it with ls -ld ${path}`,
    }
  );
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
