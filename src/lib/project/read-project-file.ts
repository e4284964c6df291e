import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError, type Problem } from '../errors.ts';

type Complaint = Required<Pick<Problem, 'message' | 'suggestion'>>;

const complaints: Readonly<Record<string, (path: string) => Complaint>> = {
  EACCES: (path) => ({ message: 'may not be read by you', suggestion: `make it yours: sudo chown "$(id -u)" ${path}` }),
  EISDIR: (path) => ({
    message: 'is a directory, and has to be a file',
    suggestion: `take it away, or put a file in its place: ${path}`,
  }),
  ENOENT: () => ({ message: 'went away while it was read', suggestion: 'do it once more' }),
};

/** Text of a file of the project. What the file system has against it is for the user to mend, and no bug. */
export function readProjectFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** For files whose faults are kept with those who need them: the text, or what is wrong at `where`. */
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

/** The error for what was thrown when a file or a directory was read; anything but the file system's word is thrown on. */
export function unreadable(path: string, error: unknown): UserError {
  const { message, suggestion } = fileComplaint(path, error);
  return new UserError(`${path} ${message}`, { code: 'FILE_UNREADABLE', suggestions: [suggestion], cause: error });
}

/** Says what a file is, as in "… is a directory". */
function fileComplaint(path: string, error: unknown): Complaint {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
  const code = error.code === 'EPERM' ? 'EACCES' : error.code;
  return (
    complaints[code]?.(path) ?? {
      message: `cannot be read: ${error.message}`,
      suggestion: `look at it: ls -ld ${path}`,
    }
  );
}
