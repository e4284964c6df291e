import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '../errors.ts';

export interface SshRequest {
  readonly options: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly host: string;
  readonly command?: string;
  /** When it aborts, ssh is ended, after `onInterruption`. */
  readonly signal: AbortSignal;
  readonly onInterruption: () => Promise<void>;
}

/** Runs ssh(1) on this process's own streams, without the user's configuration. Resolves with its exit status. */
export async function runSsh(request: SshRequest): Promise<number> {
  const { options, environment, user, host, command, signal, onInterruption } = request;
  const settings = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const parts = ['-F', '/dev/null', ...settings, '-l', user, '--', host, ...(command === undefined ? [] : [command])];
  const child = spawn('ssh', parts, { stdio: 'inherit', env: { ...process.env, ...environment } });
  const interrupt = (): void => void onInterruption().finally(() => child.kill());
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 255;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError('there is no ssh client on this machine', {
      code: 'NO_SSH_CLIENT',
      suggestions: ['install one: apt-get install openssh-client', 'or use: dockerops shell'],
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
