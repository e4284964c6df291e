import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { delimiter, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { quoteWords } from '../shell-words.ts';

/** Users whose projects this process may work on, and what it was told to trust besides. */
export interface TrustContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of this process; undefined on systems without user ids. */
  readonly user?: number | undefined;
}

/**
 * Throws unless each of these paths that exists belongs to this user, to root, or under sudo to its caller: a project
 * says what runs as whom, and its base images are made by scripts. `DOCKEROPS_TRUST`, a list of paths as PATH is one,
 * allows others, with all that is in them.
 */
export function checkTrust(
  project: string,
  paths: readonly string[],
  { environment, user = process.getuid?.() }: TrustContext,
): void {
  if (user === undefined) return;
  const own = ownUsers(user, environment);
  for (const path of paths) {
    const stranger = ownersOf(path).find((owner) => !own.has(owner));
    if (stranger !== undefined && !isAllowed(path, environment)) throw foreign(project, path, stranger, environment);
  }
}

function ownUsers(user: number, environment: TrustContext['environment']): ReadonlySet<number> {
  const caller = environment['SUDO_UID'] ?? '';
  return new Set([0, user, ...(user === 0 && /^\d+$/.test(caller) ? [Number(caller)] : [])]);
}

/** Of a link and of where it leads. */
function ownersOf(path: string): readonly number[] {
  const ownerOf = (
    look: (path: string, options: { throwIfNoEntry: false }) => Stats | undefined,
  ): readonly number[] => {
    const stats = look(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [stats.uid];
  };
  try {
    return [...ownerOf(lstatSync), ...ownerOf(statSync)];
  } catch {
    // What cannot be looked at cannot be read either, and whoever reads it says so.
    return [];
  }
}

const variable = 'DOCKEROPS_TRUST';

function isAllowed(path: string, environment: TrustContext['environment']): boolean {
  const listed = (environment[variable] ?? '').split(delimiter).filter((each) => each !== '');
  return listed.map(real).some((trusted) => isInside(resolve(path), trusted) || isInside(real(path), trusted));
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function foreign(project: string, path: string, owner: number, environment: TrustContext['environment']): UserError {
  const already = environment[variable] ?? '';
  const missing = isInside(path, project) ? project : path;
  const value = already === '' ? missing : `${already}${delimiter}${missing}`;
  return new UserError(`${path} belongs to another user (${String(owner)}), who decides what it makes you run`, {
    code: 'FOREIGN_PROJECT',
    suggestions: [
      `if you trust that user: export ${variable}=${quoteWords([value])}`,
      'else change to the directory of your own project',
    ],
  });
}
