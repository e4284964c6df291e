import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readBoundedText } from '../../bounded-file.ts';
import { UserError, messageOf } from '../../errors.ts';

/** The text of an exported key file, or of standard input for `-`. `exportCommand` makes such a file. */
export async function readKeyFile(file: string, exportCommand: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return readBoundedText(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UserError(`${resolve(file)} does not exist`, {
        code: 'KEY_FILE',
        cause: error,
        suggestions: [`create it on the machine that has the key: ${exportCommand}`],
      });
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, { code: 'KEY_FILE', cause: error });
  }
}
