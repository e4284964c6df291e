import { timeout, wait } from '../lib/cli/arguments/common-flags.ts';
import { group, instance, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { restartInstances } from '../lib/use-cases/start-instances.ts';

export default class Restart extends ChangeCommand {
  static override description =
    'stop what runs and start all, unchanged, but for completed jobs; to apply what run.conf says now, use rerun';
  static override examples = [
    '<%= config.bin %> restart demo --instance one',
    '<%= config.bin %> restart all',
    '<%= config.bin %> restart:demo,instance=one',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    wait,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Restart);
    const request = this.instanceRequest(args.target, flags);
    const opened = await this.openProject('labels');
    const options = { wait: flags.wait, timeoutSeconds: flags.timeout };
    await this.change((context) => restartInstances(opened, request, options, context));
  }
}
