import { OperationFailed, messageOf } from '../../errors.ts';

/** The error for output that could not be written. Undefined when its reader has closed the pipe, which is no fault. */
export function outputFailure(error: Error | null | undefined): OperationFailed | undefined {
  if (error == null || (error as NodeJS.ErrnoException).code === 'EPIPE') return undefined;
  const reason = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'the disk is full' : messageOf(error);
  return new OperationFailed(`the output could not be written: ${reason}`, { code: 'OUTPUT_FAILED', cause: error });
}
