import { importArgs, importFlags, KeyImportCommand } from '../../lib/cli/key-import-command.ts';
import { importDnsKey } from '../../lib/use-cases/keys/dns-key.ts';

export default class DnsImportKey extends KeyImportCommand {
  static override description = 'import the key of a DNS on another host, so that instances here get names there';
  static override examples = [
    '<%= config.bin %> dns import-key dns.key',
    '<%= config.bin %> dns import-key - < dns.key',
  ];
  static override args = importArgs;
  static override flags = importFlags;

  protected override readonly exportCommand = 'dockerops dns export-key';
  protected override readonly importText = importDnsKey;
}
