import { Flags } from '@oclif/core';
import { keepOld, timeout, wait } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance, switches, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { emptyConf } from '../lib/project/resolve/select/missing-entry.ts';
import { runInstances } from '../lib/use-cases/run-instances.ts';

export default class Run extends ChangeCommand {
  static override description = 'run instances: create missing ones, keep those that are up to date';
  static override examples = [
    '<%= config.bin %> run all',
    '<%= config.bin %> run postgres --instance master --no-publish-ports',
    '<%= config.bin %> run:postgres,instance=master,publish_ports=False',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    conf,
    ...switches,
    build: Flags.boolean({ description: 'first build images that are older than their source' }),
    replace: Flags.boolean({ description: 'replace instances that are out of date or stopped' }),
    'keep-old': keepOld,
    wait,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Run);
    const request = this.instanceRequest(args.target, flags);
    const options = {
      replace: flags.replace ? 'changed' : 'never',
      build: flags.build ? 'stale' : 'missing',
      wait: flags.wait,
      timeoutSeconds: flags.timeout,
      keepOld: flags['keep-old'],
    } as const;
    const opened = await this.openProjectToChange(flags.conf);
    if (!(await this.confirmDefaults(opened, request))) return;
    await this.changeWithTerminal(
      opened,
      (context) => runInstances(opened, request, options, context, this.askForVariables(opened)),
      { noEntries: emptyConf(opened.project, request), switches: request.switches },
    );
  }
}
