import { Args } from '@oclif/core';
import { PlatformCommand } from '../lib/platform-command.ts';
import { listRows } from '../lib/platform/list-instances.ts';
import { renderPs } from '../lib/render/ps-table.ts';

export default class Ps extends PlatformCommand {
  static override description = 'list the running instances of the project';
  static override examples = ['<%= config.bin %> ps', '<%= config.bin %> ps all', '<%= config.bin %> ps reallyall', '<%= config.bin %> ps postgres --json'];
  static override args = {
    what: Args.string({ description: 'all: stopped ones too; reallyall: every container of the host; or the name of a service' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Ps);
    const instances = await listRows(await this.openPlatform(), args.what ?? 'running');
    this.result('ps', { instances }, (style) => renderPs(instances, style, process.stdout.columns));
  }
}
