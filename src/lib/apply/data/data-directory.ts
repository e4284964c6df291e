import { DockeropsError, Interrupted, OperationFailed, StalePlan } from '../../errors.ts';

/** Where a restore unpacks, in a data directory; removed when the restore ends. */
export const staging = '.dockerops-restore';

/** Adds the directory to the message of what fails. */
export async function inDirectory<T>(directory: string, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (!(error instanceof DockeropsError) || error instanceof StalePlan || error instanceof Interrupted) throw error;
    const { suggestions } = error;
    throw new OperationFailed(`data directory ${directory}: ${error.message}`, {
      code: 'DATA_DIRECTORY',
      suggestions: suggestions.length > 0 ? suggestions : defaultSuggestions,
      cause: error,
    });
  });
}

const defaultSuggestions = [
  'check its free space and its permissions',
  'or choose another place: DATA_DIR=<directory>',
];
