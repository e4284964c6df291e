import { UserError } from '../../errors.ts';

/** The directory in which the command was typed; it may have been removed since. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError('the working directory was removed', {
      code: 'NO_WORKING_DIRECTORY',
      suggestions: ['change to a directory that exists: cd'],
      cause,
    });
  }
}
