import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError, type Problem } from '../errors.ts';
import type { Complaint } from './conf/dns-label.ts';

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

/** Text of a file of the project. Throws a UserError when it cannot be read. */
export function readProjectFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** For files whose problems are kept with those who need them: the text, or the problem, with `where` as its place. */
export function tryProjectFile(
  path: string,
  where: string,
): { readonly text: string | undefined; readonly problems: readonly Problem[] } {
  try {
    return { text: readFileSync(path, 'utf8'), problems: [] };
  } catch (error) {
    const { message, suggestion } = fileComplaint(path, error);
    return { text: undefined, problems: [{ where, message: `${basename(path)} ${message}`, suggestion }] };
  }
}

/** The error for a file or directory that cannot be read. Throws what is not an error of the file system. */
export function unreadable(path: string, error: unknown): UserError {
  const { message, suggestion } = fileComplaint(path, error);
  return new UserError(`${path} ${message}`, { code: 'FILE_UNREADABLE', suggestions: [suggestion], cause: error });
}

function fileComplaint(path: string, error: unknown): Complaint {
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
