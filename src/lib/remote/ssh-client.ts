import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';

export interface SshRequest {
  readonly options: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly host: string;
  readonly command?: string;
  /** The command of dockerops that does the same without ssh, for the message where there is none. */
  readonly instead: string;
  /** When it aborts, `onInterruption` is called, and ssh ended if it does not end by itself. */
  readonly signal: AbortSignal;
  readonly onInterruption: () => Promise<void>;
}

/** How long the command inside may take to end after an interruption. */
const graceMs = 2000;

/** Runs ssh(1) on this process's own streams, without the user's configuration. Resolves with its exit status. */
export async function runSsh(request: SshRequest): Promise<number> {
  const { options, environment, user, host, command, signal, onInterruption } = request;
  const settings = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const parts = ['-F', '/dev/null', ...settings, '-l', user, '--', host, ...(command === undefined ? [] : [command])];
  // A login shell on a terminal needs it. All else gets no signals of the terminal: the command inside gets them, and
  // ssh delivers its last words.
  const detached = command !== undefined || !process.stdin.isTTY;
  const child = spawn('ssh', parts, { stdio: 'inherit', detached, env: { ...process.env, ...environment } });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let interruption = Promise.resolve();
  const interrupt = (): void => {
    interruption = end(child, exited, onInterruption);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  try {
    const [code] = await exited;
    await interruption;
    return code ?? 255;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError('there is no ssh client on this machine', {
      code: 'NO_SSH_CLIENT',
      suggestions: ['install one: apt-get install openssh-client', `or do without: ${request.instead}`],
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

async function end(child: ChildProcess, exited: Promise<unknown>, onInterruption: () => Promise<void>): Promise<void> {
  await onInterruption();
  await Promise.race([exited.catch(() => {}), delay(graceMs, undefined, { ref: false })]);
  child.kill();
}
