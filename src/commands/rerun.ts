import { keepOld, locked, timeout } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance, switches, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { neededBy } from '../lib/use-cases/needed-by.ts';
import { runInstances } from '../lib/use-cases/run-instances.ts';

export default class Rerun extends ChangeCommand {
  static override description = 'replace the instances that there are by what the run conf says now';
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
    locked,
    'keep-old': keepOld,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rerun);
    const request = { ...this.instanceRequest(args.target, flags), newInstance: 'never' } as const;
    const options = {
      locked: flags.locked,
      replace: 'always',
      build: 'missing',
      wait: true,
      timeoutSeconds: flags.timeout,
      keepOld: flags['keep-old'],
    } as const;
    const opened = await this.openProjectToChange(neededBy(request), flags.conf);
    await this.changeWithTerminal(opened, (context) =>
      runInstances(opened, request, options, context, this.askForVariables(opened)),
    );
  }
}
