import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs Docker's own command line, for faults and checks without dockerops. Rejects with its standard error. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...words], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Runs a command in a container and returns its exit code as well. */
export async function dockerExec(
  container: string,
  command: readonly string[],
  options: readonly string[] = [],
): Promise<{ readonly code: number; readonly text: string }> {
  try {
    const { stdout, stderr } = await run('docker', ['exec', ...options, container, ...command]);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, text: stdout + stderr };
  }
}

/** Sorted IPv4 addresses that each name resolves to in a container; none if it does not resolve. */
export async function resolveIn(
  container: string,
  names: readonly string[],
  options: readonly string[] = [],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { text } = await dockerExec(container, ['sh', '-c', askAll, 'sh', ...names], options);
  return readAnswers(text);
}

/** One exec for all names: an exec takes longer than all the queries. */
export const askAll = 'for name; do echo "= $name"; getent ahostsv4 "$name"; done; true';

export function readAnswers(text: string): Readonly<Record<string, readonly string[]>> {
  const answers = text
    .split(/^= /m)
    .slice(1)
    .map((part) => part.split('\n'));
  return Object.fromEntries(
    answers.map(([name = '', ...lines]) => [
      name,
      [...new Set(lines.flatMap((line) => /^(\d+\.\d+\.\d+\.\d+)\s/.exec(line)?.[1] ?? []))].sort(),
    ]),
  );
}
