import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
/** How dockerops is started from a clone. */
export const launcher = join(repository, 'dockerops');

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly limitMs?: number;
  /** Program and arguments that start it, such as setpriv(1). */
  readonly wrapper?: readonly string[];
  /** Called with each piece of standard error and a function that signals the command. */
  readonly onError?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** The same for standard output. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** A `wrapper` that gives a command a standard output that refuses every byte, as a full disk does. */
export const intoFullDisk = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];

/** Variables of this process that change what dockerops does; a test sets its own. */
const ours =
  /^(PROJECT_|SERVICES_IMAGES_DIR|BASE_IMAGES_DIR|DATA_DIR|LOG_LEVEL|DOCKEROPS_(?!REQUIRE)|SERVICE_IP|INSTANCE|npm_)/;

/** The command line as a user of a clone runs it, as a process of its own, without a terminal. */
export async function dockerops(
  words: readonly string[],
  { cwd, environment = {}, input = '', limitMs = 240_000, onError, onOutput, wrapper = [] }: CliOptions,
): Promise<CliResult> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  const [program = launcher, ...parts] = [...wrapper, launcher, ...words];
  const child = spawn(program, parts, { cwd, env: { ...inherited, NO_COLOR: '1', ...environment } });
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  child.stderr.on('data', (chunk: Buffer) => onError?.(chunk.toString(), kill));
  child.stdout.on('data', (chunk: Buffer) => onOutput?.(chunk.toString(), kill));
  const ended = new Promise<Pick<CliResult, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(limit);
  return { ...end, stdout, stderr };
}
