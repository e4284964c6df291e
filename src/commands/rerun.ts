import { Flags } from '@oclif/core';
import { conf, group, instance, switches, target } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { runInstances } from '../lib/use-cases/run-instances.ts';

export default class Rerun extends ProjectCommand {
  static override description = 'recreate instances from the current run conf';
  static override examples = [
    '<%= config.bin %> rerun demo --instance one',
    '<%= config.bin %> rerun:demo,instance=one',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    conf,
    ...switches,
    timeout: Flags.integer({
      default: 60,
      min: 1,
      helpValue: 'SECONDS',
      description: 'longest wait for an instance to be ready',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rerun);
    const request = this.instanceRequest(args.target, flags);
    const options = { replace: 'always', build: 'missing', wait: true, timeoutSeconds: flags.timeout } as const;
    const opened = await this.openProjectToChange(flags.conf);
    await this.changesWithTerminal('rerun', opened, (context) =>
      runInstances(opened, request, options, context, this.askForVariables(opened)),
    );
  }
}
