import { force } from '../lib/cli/arguments/common-flags.ts';
import { conf } from '../lib/cli/arguments/instance-flags.ts';
import { CleanCommand } from '../lib/cli/clean-command.ts';

export default class Down extends CleanCommand {
  static override description = 'stop and remove all instances of the project: clean all';
  static override examples = [
    '<%= config.bin %> down',
    '<%= config.bin %> down --force',
    '<%= config.bin %> down:force',
  ];
  static override flags = { conf, force };

  async run(): Promise<void> {
    const { flags } = await this.parse(Down);
    await this.clean({ target: 'all', switches: {} }, flags);
  }
}
