import { Flags } from '@oclif/core';
import { instance, service } from '../lib/invocation/instance-flags.ts';
import { PlatformCommand } from '../lib/platform-command.ts';
import { checkClientKey } from '../lib/platform/project-keys.ts';
import { sshLogin } from '../lib/platform/ssh-login.ts';

export default class Ssh extends PlatformCommand {
  static override description = 'log in to a running instance as user dockerops, with its host key checked';
  static override examples = ['<%= config.bin %> ssh demo --instance two', '<%= config.bin %> ssh:demo,instance=two,command="ping -c1 demo-one"'];
  static override args = { service };
  static override flags = { instance, command: Flags.string({ char: 'c', helpValue: 'COMMAND', description: 'run this instead of a shell; its exit code is the result' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Ssh);
    const platform = await this.openPlatform();
    const container = await this.findRunning(platform, args.service, flags.instance);
    await checkClientKey(platform, container);
    const { command } = flags;
    this.exitWith(await sshLogin({
      container, identity: platform.keys.path('client'), program: this.program, host: this.shared.host, ...(command === undefined ? {} : { command }),
    }));
  }
}
