import { Flags } from '@oclif/core';
import { splitAtDashes } from '../lib/cli/arguments/container-command.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { quoteWords } from '../lib/shell-words.ts';
import { checkClientKey } from '../lib/use-cases/sessions/check-client-key.ts';
import { sshLogin } from '../lib/use-cases/sessions/ssh-login.ts';

export default class Ssh extends ProjectCommand {
  static override description = 'log in to a running instance as user dockerops; its host key is checked';
  static override examples = [
    '<%= config.bin %> ssh demo --instance two',
    '<%= config.bin %> ssh demo --instance two -- ls -l /data',
    '<%= config.bin %> ssh:demo,instance=two,command="ping -c1 demo-one"',
  ];
  static override args = { service };
  static override flags = {
    instance,
    command: Flags.string({
      char: 'c',
      helpValue: 'COMMAND',
      description: 'command to run instead of a shell, like words after --; exits with its status',
    }),
  };

  async run(): Promise<void> {
    const { parsed, words } = splitAtDashes(this.argv);
    const { args, flags } = await this.parse(Ssh, parsed);
    const opened = await this.openProject('labels');
    const container = await this.findRunning(opened, args.service, flags.instance);
    await checkClientKey(opened, container);
    const command = flags.command ?? (words.length === 0 ? undefined : quoteWords(words));
    this.exitWith(
      await sshLogin({
        container,
        engine: opened.engine,
        signal: this.signal,
        identity: opened.keys.path('client'),
        program: this.program,
        host: this.shared.host,
        ...(command === undefined ? {} : { command }),
      }),
    );
  }
}
