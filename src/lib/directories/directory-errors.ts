import { DockeropsError } from '../errors.ts';

/** A request to a directory failed. What runs keeps running; the caller decides whether to try again. */
export class DirectoryError extends DockeropsError {
  override readonly name: string = 'DirectoryError';
  readonly exitCode: number = 1;
}
/** No answer, or one that says "not now": the same request may succeed later. */
export class DirectoryUnreachable extends DirectoryError {
  override readonly name = 'DirectoryUnreachable';
}
/** Our credentials do not permit it. */
export class DirectoryDenied extends DirectoryError {
  override readonly name = 'DirectoryDenied';
}
/** It does not exist (any more): a session that has expired. */
export class DirectoryNotFound extends DirectoryError {
  override readonly name = 'DirectoryNotFound';
}
