import { Flags } from '@oclif/core';
import { force, longestWait } from '../lib/cli/arguments/common-flags.ts';
import { group, instance, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { instancesToStop, stopInstances } from '../lib/use-cases/start-instances.ts';

export default class Stop extends ChangeCommand {
  static override description = 'stop instances without removing them; start starts them again';
  static override examples = [
    '<%= config.bin %> stop demo --instance one',
    '<%= config.bin %> stop all --timeout 5',
    '<%= config.bin %> stop:demo,instance=one',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    force,
    timeout: Flags.integer({
      min: 0,
      max: longestWait,
      helpValue: 'SECONDS',
      description: 'time to stop before an instance is killed; default: as in run.conf',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Stop);
    const request = this.instanceRequest(args.target, flags);
    const opened = await this.openProject('labels');
    const keys = (): Promise<readonly string[]> => instancesToStop(opened, request);
    const asked = { verb: 'stop', keys, force: flags.force };
    const isAsked = request.target === 'service';
    const confirmed = isAsked ? await this.confirmUnnamed(opened, request, asked) : request;
    if (confirmed === undefined) return;
    await this.change((context) =>
      stopInstances(opened, confirmed, flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }, context),
    );
  }
}
