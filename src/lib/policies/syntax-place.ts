import { execFile } from 'node:child_process';
import type { PolicyFault } from './worker-messages.ts';

const limitMs = 10_000;

/** A fault in the syntax of a JavaScript file with its line, which Node shows only where it ends the process. */
export async function withSyntaxPlace(fault: PolicyFault): Promise<PolicyFault> {
  const { message, where } = fault;
  if (!message.startsWith('SyntaxError: ') || where === undefined || /:\d+$/.test(where)) return fault;
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(process.execPath, ['--check', where], { timeout: limitMs }, (_error, _stdout, stderr) => {
    resolve(stderr);
  });
  const line = (await promise).split('\n').find((each) => each.startsWith(`${where}:`));
  return line === undefined ? fault : { message, where: line };
}
