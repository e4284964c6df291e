import { Args, Flags } from '@oclif/core';
import { readKeyFile } from '../../lib/cli/arguments/read-key-file.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { importDnsKey } from '../../lib/use-cases/dns/dns-keys.ts';

export default class DnsImportKey extends ProjectCommand {
  static override description = 'import the key of a DNS on another host, so that instances here get names there';
  static override examples = [
    '<%= config.bin %> dns import-key dns.key',
    '<%= config.bin %> dns import-key - < dns.key',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'file made by dns export-key; - for standard input' }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'replace a different key of this project' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DnsImportKey);
    const content = await readKeyFile(args.file, 'dockerops dns export-key --output FILE');
    const isNew = await importDnsKey(await this.openProject(), content, args.file, flags.force);
    this.result('dns-import-key', { imported: isNew }, () =>
      isNew ? 'imported; instances that are already running get it with rerun' : 'this project already has that key',
    );
  }
}
