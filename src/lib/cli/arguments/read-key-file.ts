import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError, messageOf } from '../../errors.ts';

/** What a user hands over as keys: the text of a file, or of standard input where its name is `-`. `made` is the command that makes such a file. */
export async function readKeyFile(file: string, made: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UserError(`there is no file ${resolve(file)}`, {
        code: 'KEY_FILE',
        cause: error,
        suggestions: [`make it where the key is: ${made}`],
      });
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, { code: 'KEY_FILE', cause: error });
  });
}
