import { PlatformCommand } from '../../lib/platform-command.ts';
import { openDns } from '../../lib/platform/dns-directory.ts';
import { renderDnsNames } from '../../lib/render/dns-table.ts';

export default class DnsPs extends PlatformCommand {
  static override description = 'list the names of the project\'s DNS, who holds them, and whether the engine agrees';
  static override examples = ['<%= config.bin %> dns ps', '<%= config.bin %> dns ps --json'];

  async run(): Promise<void> {
    await this.parse(DnsPs);
    const names = await (await openDns(await this.openPlatform())).names();
    this.result('dns-ps', names, (style) => renderDnsNames(names, style, process.stdout.columns));
  }
}
