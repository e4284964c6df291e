import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { renderDnsNames } from '../../lib/cli/render/dns-table.ts';
import { listNames } from '../../lib/use-cases/dns/dns-names.ts';

export default class DnsPs extends ProjectCommand {
  static override description = "list the names of the project's DNS, who holds them, and whether the engine agrees";
  static override examples = ['<%= config.bin %> dns ps', '<%= config.bin %> dns ps --json'];

  async run(): Promise<void> {
    await this.parse(DnsPs);
    const names = await listNames(await this.openProject('labels'));
    this.result('dns-ps', names, (style) => renderDnsNames(names, style, process.stdout.columns));
  }
}
