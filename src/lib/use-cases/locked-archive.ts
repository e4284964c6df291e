import { UserError } from '../errors.ts';
import type { LockedSuite } from '../model/lock.ts';
import { hasLock, loadLock, noLock } from '../project/conf/lock-file.ts';
import { findPlace, type ProjectInvocation } from './invocation.ts';

/** The state of the package archive that the lock of the project has for an operating system. */
export function lockedArchive(invocation: ProjectInvocation, os: string): readonly LockedSuite[] {
  const place = findPlace(invocation);
  if (!hasLock(place)) throw noLock(place);
  const { archive } = loadLock({ directory: place.directory, conf: '' });
  const suites = Object.hasOwn(archive, os) ? archive[os]?.suites : undefined;
  if (suites !== undefined && suites.length > 0) return suites;
  throw new UserError(`the lock does not have the state of the package archive of ${os}`, {
    code: 'NO_ARCHIVE_STATE',
    suggestions: ['make the base images anew and lock them: dockerops init --no-cache && dockerops build all --lock'],
  });
}
