import { timeout, wait } from '../lib/cli/arguments/common-flags.ts';
import { group, instance, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { startInstances } from '../lib/use-cases/start-instances.ts';

export default class Start extends ChangeCommand {
  static override description = 'start stopped instances unchanged; to create missing ones, use run';
  static override examples = [
    '<%= config.bin %> start demo --instance one',
    '<%= config.bin %> start all --timeout 120',
    '<%= config.bin %> start:demo,instance=one',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    wait,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Start);
    const request = this.instanceRequest(args.target, flags);
    const opened = await this.openProject('labels');
    await this.change((context) =>
      startInstances(opened, request, { wait: flags.wait, timeoutSeconds: flags.timeout }, context),
    );
  }
}
