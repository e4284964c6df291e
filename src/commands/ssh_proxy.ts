import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { connectEngine } from '../lib/use-cases/open-engine.ts';
import { sessionVariable } from '../lib/use-cases/sessions/ssh-login.ts';
import { runSession } from '../lib/use-cases/sessions/terminal-session.ts';

/** A shell above sshd keeps the mark of the session: sshd overwrites its own environment. */
const keptShell = ['/bin/sh', '-c', '/usr/sbin/sshd -i; exit $?'];

/** What `ssh` starts as its ProxyCommand: the instance's sshd in inetd mode, on these streams. */
export default class SshProxy extends BaseCommand {
  static override hidden = true;
  /** ssh ends it with SIGHUP, of which no user has to know. */
  static override endsWithItsReader = true;
  static override description = 'connect standard input and output to the ssh server of a container';
  static override args = { container: Args.string({ required: true, description: 'id of the container' }) };

  async run(): Promise<void> {
    const { args } = await this.parse(SshProxy);
    const { engine } = await connectEngine({ ...definedOnly({ host: this.shared.host }), environment: process.env });
    this.exitWith(
      await runSession(
        engine,
        args.container,
        { command: keptShell, user: 'root', mark: process.env[sessionVariable] },
        process,
        this.signal,
      ),
    );
  }
}
