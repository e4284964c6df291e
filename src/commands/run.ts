import { Flags } from '@oclif/core';
import { builtAndLocked, keepOld, locked, timeout, wait } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance, newInstance, switches, target } from '../lib/cli/arguments/instance-flags.ts';
import { RunCommand } from '../lib/cli/run-command.ts';

export default class Run extends RunCommand {
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
    new: newInstance,
    ...switches,
    build: Flags.boolean({ description: 'first build images that are older than their source' }),
    locked,
    replace: Flags.boolean({ description: 'replace instances that are out of date or stopped' }),
    'keep-old': keepOld,
    wait,
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Run);
    const request = this.instanceRequest(args.target, flags);
    if (flags.build && flags.locked) throw builtAndLocked();
    const options = {
      locked: flags.locked,
      replace: flags.replace ? 'changed' : 'never',
      build: flags.build ? 'stale' : 'missing',
      wait: flags.wait,
      timeoutSeconds: flags.timeout,
      keepOld: flags['keep-old'],
    } as const;
    await this.runRequest(request, options, flags.conf);
  }
}
