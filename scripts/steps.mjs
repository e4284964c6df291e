// Steps of a script with a title and a duration, and commands that stop the script when they fail.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const localBin = join(root, 'node_modules', '.bin');

/** An error for the user, not a bug of the script: printed without a stack. */
export class Stop extends Error {}

export async function step(title, work) {
  const begin = performance.now();
  process.stdout.write(`\n==> ${title}\n`);
  const result = await work();
  process.stdout.write(`    (${((performance.now() - begin) / 1000).toFixed(1)} s)\n`);
  return result;
}

/** Runs a script; its result is the exit code. Prints a Stop as its message and any other error with its stack. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Stop ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** With the tools of the repository first in PATH, Node among them. */
export const environment = () => ({ ...process.env, PATH: `${localBin}${delimiter}${process.env.PATH ?? ''}` });

/** Node 24 of the repository if it is installed, else the Node that runs this script. */
export function node() {
  const own = join(localBin, 'node');
  return existsSync(own) ? own : process.execPath;
}

/** Runs a command in the foreground and resolves with its exit code. */
export function exitCodeOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment(), ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? code : 1));
  });
}

export async function run(command, args, options) {
  const code = await exitCodeOf(command, args, options);
  if (code !== 0) throw new Stop(`stopped: "${[command, ...args].join(' ')}" ended with exit code ${code}`);
}
