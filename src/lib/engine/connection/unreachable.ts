import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EngineUnreachable } from '../../errors.ts';
import { isPermissionError } from '../engine-errors.ts';
import type { Candidate, ConnectRequest } from './engine-candidates.ts';

/** A place where no engine could be reached, and why. */
export interface Attempt {
  readonly source: string;
  readonly reason: string;
  readonly isForbidden: boolean;
  /** The address, if it is reached over ssh. */
  readonly ssh?: string;
}

export function failedAttempt({ source, address, endpoint }: Candidate, cause: unknown): Attempt {
  const place = address.endsWith(source) ? source : `${source} (${address})`;
  const ssh = endpoint.kind === 'ssh' ? { ssh: address } : {};
  return { source: place, reason: reasonOf(cause), isForbidden: isPermissionError(cause), ...ssh };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'not there',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'unknown host',
};

function reasonOf(cause: unknown): string {
  const { code = '', syscall = '', message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall.startsWith('spawn')) return 'ssh is not installed';
  return reasons[code] ?? message;
}

/** The error that lists all attempts, with what the user can do next. */
export function unreachable(attempts: readonly Attempt[], request: ConnectRequest): EngineUnreachable {
  const list = attempts.map(({ source, reason }) => `  ${source}: ${reason}`).join('\n');
  if (attempts.some(({ isForbidden }) => isForbidden))
    return new EngineUnreachable(`no permission to use the Docker engine\n${list}`, {
      code: 'ENGINE_NO_PERMISSION',
      suggestions: ['sudo usermod -aG docker "$USER", then log in again'],
    });
  return new EngineUnreachable(`no Docker engine answers\n${list}`, {
    code: 'ENGINE_UNREACHABLE',
    suggestions: nextSteps(attempts, request),
  });
}

function nextSteps(attempts: readonly Attempt[], request: ConnectRequest): readonly string[] {
  const [only, ...others] = attempts;
  if (only?.ssh !== undefined) return [`see what is in the way: ssh ${only.ssh} docker version`];
  if (only !== undefined && others.length === 0)
    return [`start that engine, or choose another one than ${only.source}`];
  if (request.platform !== 'linux')
    return ['start Docker Desktop (or colima start)', 'install it: https://docs.docker.com/get-started/get-docker/'];
  return isInstalled(request)
    ? ['sudo systemctl start docker']
    : ['install it: https://docs.docker.com/engine/install/ (on Debian and Ubuntu: sudo apt-get install docker.io)'];
}

function isInstalled({ environment }: ConnectRequest): boolean {
  const directories = (environment['PATH'] ?? '').split(delimiter);
  return directories.some((directory) => existsSync(join(directory, 'dockerd')));
}
