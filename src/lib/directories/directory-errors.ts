import { DockeropsError } from '../errors.ts';

/** A directory said no. What runs keeps running; whether to try again is for the caller. */
export class DirectoryError extends DockeropsError {
  readonly exitCode: number = 1;
}
/** Nobody answers, or somebody who cannot just now: the same question may be answered later. */
export class DirectoryUnreachable extends DirectoryError {}
/** We may not, with the token that we have. */
export class DirectoryDenied extends DirectoryError {}
/** What was asked for is not there (a session that has run out). */
export class DirectoryNotFound extends DirectoryError {}
