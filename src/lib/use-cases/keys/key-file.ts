import { open } from 'node:fs/promises';
import { UserError, messageOf } from '../../errors.ts';

/** Writes a new file that only its owner can read. */
export async function writeKeyFile(path: string, text: string): Promise<void> {
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): UserError {
  const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  return new UserError(
    `the key cannot be written to ${path}: ${exists ? 'the file already exists' : messageOf(cause)}`,
    {
      code: 'KEY_FILE',
      suggestions: exists ? ['choose another name; existing files are not overwritten'] : [],
      cause,
    },
  );
}
