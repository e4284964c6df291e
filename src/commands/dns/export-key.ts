import { exportFlags, KeyExportCommand } from '../../lib/cli/key-export-command.ts';
import { exportDnsKey } from '../../lib/use-cases/keys/dns-key.ts';

export default class DnsExportKey extends KeyExportCommand {
  static override description = "export the key of the project's DNS, for the project on another host";
  static override examples = [
    '<%= config.bin %> dns export-key --output dns.key',
    '<%= config.bin %> dns export-key | ssh other-host "cd shop && dockerops dns import-key -"',
  ];
  static override flags = exportFlags;

  protected override readonly risk = 'lets anyone change the DNS names of the project';
  protected override readonly exportText = exportDnsKey;

  protected override documentOf(text: string): object {
    return { key: text.trim() };
  }
}
