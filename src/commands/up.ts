import { keepOld, timeout, wait } from '../lib/cli/arguments/common-flags.ts';
import { conf, target } from '../lib/cli/arguments/instance-flags.ts';
import { RunCommand } from '../lib/cli/run-command.ts';

export default class Up extends RunCommand {
  static override description = 'build and run all, or a service, and replace what differs: run all --build --replace';
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --timeout 120',
    '<%= config.bin %> up:conf=published',
  ];
  static override args = { target };
  static override flags = { conf, 'keep-old': keepOld, wait, timeout };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Up);
    const { conf: confName, wait: waits, timeout: timeoutSeconds, 'keep-old': keepsOld } = flags;
    const options = { replace: 'changed', build: 'stale', wait: waits, timeoutSeconds, keepOld: keepsOld } as const;
    await this.runRequest(this.instanceRequest(args.target, {}), options, confName);
  }
}
