import { Flags } from '@oclif/core';
import { group, instance, target } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { startInstances } from '../lib/use-cases/start-instances.ts';

export default class Start extends ProjectCommand {
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
    wait: Flags.boolean({ allowNo: true, default: true, description: 'wait until all are ready' }),
    timeout: Flags.integer({
      default: 60,
      min: 1,
      helpValue: 'SECONDS',
      description: 'longest wait for an instance to be ready',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Start);
    const request = this.instanceRequest(args.target, flags);
    const opened = await this.openProject();
    await this.changes('start', (context) =>
      startInstances(opened, request, { wait: flags.wait, timeoutSeconds: flags.timeout }, context),
    );
  }
}
