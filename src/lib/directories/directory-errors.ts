import { DockeropsError } from '../errors.ts';

/** A directory said no. What runs keeps running; whether to try again is for the caller. */
export class DirectoryError extends DockeropsError {
  override readonly name: string = 'DirectoryError';
  readonly exitCode: number = 1;
}
/** Nobody answers, or somebody who cannot just now: the same question may be answered later. */
export class DirectoryUnreachable extends DirectoryError {
  override readonly name = 'DirectoryUnreachable';
}
/** We may not, with the token that we have. */
export class DirectoryDenied extends DirectoryError {
  override readonly name = 'DirectoryDenied';
}
/** What was asked for is not there (a session that has run out). */
export class DirectoryNotFound extends DirectoryError {
  override readonly name = 'DirectoryNotFound';
}
