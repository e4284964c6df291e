import { Args, Flags } from '@oclif/core';
import { readKeyFile } from '../../lib/cli/arguments/read-key-file.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { importDnsKey } from '../../lib/use-cases/dns/dns-keys.ts';

export default class DnsImportKey extends ProjectCommand {
  static override description =
    'take the key of a DNS on another host, so that the instances here can have names there';
  static override examples = [
    '<%= config.bin %> dns import-key dns.key',
    '<%= config.bin %> dns import-key - < dns.key',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'what dns export-key made; - for standard input' }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'replace another key that the project has' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DnsImportKey);
    const content = await readKeyFile(args.file, 'dockerops dns export-key --output FILE');
    const isNew = await importDnsKey(await this.openProject(), content, args.file, flags.force);
    this.result('dns-import-key', { imported: isNew }, () =>
      isNew ? 'imported; instances that run already get it by rerun' : 'the project has this key already',
    );
  }
}
