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
  override readonly name: string = 'DirectoryDenied';
}
/** They permit nothing: wrong ones, or none where some are required. */
export class LoginRejected extends DirectoryDenied {
  override readonly name = 'LoginRejected';
}
/** It does not exist (any more): a session that has expired. */
export class DirectoryNotFound extends DirectoryError {
  override readonly name = 'DirectoryNotFound';
}
/**
 * The revision to watch from is not in the history: too old (`compacted`), or newer than all data (`reset`), which was
 * lost or restored from a copy. Reading again gives the present state.
 */
export class RevisionGone extends DirectoryError {
  override readonly name = 'RevisionGone';
  readonly reason: 'compacted' | 'reset';

  constructor(step: string, reason: RevisionGone['reason']) {
    const why = reason === 'compacted' ? 'the history does not reach back that far' : 'the data was lost or restored';
    super(`${step}: ${why}`, { code: 'REVISION_GONE' });
    this.reason = reason;
  }
}
