import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UserError, messageOf } from '../errors.ts';

/** What a user hands over as keys: the text of a file, or of standard input where its name is `-`. */
export async function readKeyFile(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, { code: 'KEY_FILE', cause: error });
  });
}
