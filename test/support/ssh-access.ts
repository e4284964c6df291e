import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerExec } from './docker.ts';
import type { Host } from './hosts.ts';

const run = promisify(execFile);

/** Lets commands of a test reach hosts over ssh, with a key of its own and nothing of the user's configuration. */
export class SshAccess {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, 'ssh');
  }

  /** For the environment of commands: ssh(1) reads no variable that would name its configuration. */
  get path(): string {
    return `${join(this.#directory, 'bin')}:${process.env['PATH'] ?? ''}`;
  }

  async open(): Promise<void> {
    const program = join(this.#directory, 'bin/ssh');
    await mkdir(join(this.#directory, 'bin'), { recursive: true });
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.#directory, 'key')]);
    const config = [
      `IdentityFile ${join(this.#directory, 'key')}`,
      'IdentitiesOnly yes',
      'StrictHostKeyChecking no',
      'UserKnownHostsFile /dev/null',
      'LogLevel ERROR',
    ];
    await writeFile(join(this.#directory, 'config'), `${config.join('\n')}\n`);
    await writeFile(program, `#!/bin/sh\nexec /usr/bin/ssh -F '${join(this.#directory, 'config')}' "$@"\n`);
    await chmod(program, 0o755);
  }

  /** Starts sshd in a host. Resolves with the address of its engine. */
  async allow({ container, address }: Host): Promise<string> {
    const key = await readFile(join(this.#directory, 'key.pub'), 'utf8');
    const script =
      'mkdir -p /root/.ssh /run/sshd && printf %s "$1" > /root/.ssh/authorized_keys && ssh-keygen -A && ' +
      '/usr/sbin/sshd -f /dev/null -o PermitRootLogin=prohibit-password';
    const { code, text } = await dockerExec(container, ['sh', '-ec', script, 'sh', key]);
    if (code !== 0) throw new Error(`sshd of ${container}: ${text}`);
    return `ssh://root@${address}`;
  }
}
