import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineSessions } from '../../engine/engine.ts';
import { UserError } from '../../errors.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { runSsh } from '../../remote/ssh-client.ts';
import { exitCodeFor, interruptingSignal, newMark, signalInside } from './signal-inside.ts';

/** In the environment of the ProxyCommand: the mark of the session. */
export const sessionVariable = 'DOCKEROPS_SSH_SESSION';

export interface Login {
  readonly container: ObservedContainer;
  /** File with the project's private client key. */
  readonly identity: string;
  /** How to start this program again. */
  readonly program: readonly [node: string, script: string];
  /** Value of `--host`, if given. */
  readonly host: string | undefined;
  /** Passed to the instance's shell unchanged; absent: a login shell. */
  readonly command?: string;
  readonly engine: Pick<EngineSessions, 'exec'>;
  /** Its abort is passed on to the command inside, and ends the login. */
  readonly signal: AbortSignal;
}

/**
 * Logs in as `dockerops`; the host key is checked against the label of the container. ssh runs over an exec of sshd in
 * inetd mode, so it needs neither a route to the container nor a running sshd. Resolves with the exit status of the
 * command (255: an error of ssh itself, see ssh(1)).
 */
export async function sshLogin({ container, identity, program, host, command, ...login }: Login): Promise<number> {
  const { engine, signal } = login;
  const { ownership } = container;
  if (ownership?.hostKey === undefined) throw withoutKey(container);
  const proxy = proxyOf({ container: container.id, program, host });
  const mark = newMark();
  const directory = await mkdtemp(join(tmpdir(), 'dockerops-ssh-'));
  try {
    const knownHosts = join(directory, 'known_hosts');
    await writeFile(knownHosts, `${ownership.key} ${ownership.hostKey}\n`, { mode: 0o600 });
    const status = await runSsh({
      options: {
        StrictHostKeyChecking: 'yes',
        UserKnownHostsFile: knownHosts,
        GlobalKnownHostsFile: '/dev/null',
        HostKeyAlias: ownership.key,
        HostKeyAlgorithms: 'ssh-ed25519',
        UpdateHostKeys: 'no',
        CheckHostIP: 'no',
        IdentitiesOnly: 'yes',
        IdentityFile: identity,
        PreferredAuthentications: 'publickey',
        LogLevel: 'ERROR',
        ProxyCommand: proxy.command,
      },
      environment: { ...proxy.environment, [sessionVariable]: mark },
      user: 'dockerops',
      host: ownership.key,
      ...(command === undefined ? {} : { command }),
      instead: shellCommand(container),
      signal,
      onInterruption: () => signalInside(engine, container.id, mark, interruptingSignal(signal), 'ssh'),
    });
    return signal.aborted ? exitCodeFor(interruptingSignal(signal)) : status;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The ProxyCommand of ssh, and the environment that it needs. The child finds the engine as this process did: an
 * address alone would lose the certificates of a docker context.
 */
export function proxyOf({
  container,
  program,
  host,
}: Pick<Login, 'program' | 'host'> & { readonly container: string }): {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
} {
  // Constant, because a shell interprets it: variable parts are in the environment.
  const command = '"$DOCKEROPS_SSH_NODE" "$DOCKEROPS_SSH_SCRIPT" ssh_proxy "$DOCKEROPS_SSH_CONTAINER"';
  const environment = {
    DOCKEROPS_SSH_NODE: program[0],
    DOCKEROPS_SSH_SCRIPT: program[1],
    DOCKEROPS_SSH_CONTAINER: container,
  };
  return host === undefined
    ? { command, environment }
    : {
        command: `${command} --host "$DOCKEROPS_SSH_ENGINE"`,
        environment: { ...environment, DOCKEROPS_SSH_ENGINE: host },
      };
}

function shellCommand({ name, ownership }: ObservedContainer): string {
  return `dockerops shell:${ownership?.service ?? name},instance=${ownership?.instance ?? ''}`;
}

function withoutKey(container: ObservedContainer): UserError {
  return new UserError(`${container.name} has no ssh server: its image is not based on a dockerops base image`, {
    code: 'NO_SSH',
    suggestions: [shellCommand(container), 'or build its image FROM dockerops/dockerops-base'],
  });
}
