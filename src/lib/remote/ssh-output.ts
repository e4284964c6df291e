import { execFile } from 'node:child_process';
import { quoteWords } from '../shell-words.ts';
import type { SshHost } from './ssh-address.ts';
import { sshArguments } from './ssh-transport.ts';

/** Standard output of a command on another machine; undefined when it fails, asks for a password, or takes too long. */
export function sshOutput(
  target: SshHost,
  words: readonly string[],
  limitMs: number,
  program = 'ssh',
): Promise<string | undefined> {
  const parts = ['-o', 'BatchMode=yes', ...sshArguments(target, [quoteWords(words)])];
  return new Promise((resolve) => {
    execFile(program, parts, { timeout: limitMs, maxBuffer: 2 ** 20 }, (error, output) =>
      resolve(error === null ? output : undefined),
    );
  });
}
