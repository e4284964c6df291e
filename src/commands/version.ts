import { BaseCommand } from '../lib/cli/base-command.ts';

export default class Version extends BaseCommand {
  static override description = 'print the version of dockerops';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];

  async run(): Promise<void> {
    await this.parse(Version);
    const { version, name } = this.config;
    this.result(
      'version',
      { name, version, node: process.version, platform: `${process.platform}-${process.arch}` },
      () => `${name} ${version}`,
    );
  }
}
