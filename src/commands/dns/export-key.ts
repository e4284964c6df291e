import { Flags } from '@oclif/core';
import { resolve } from 'node:path';
import { UserError } from '../../lib/errors.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { exportDnsKey, writeKeyFile } from '../../lib/use-cases/dns/dns-keys.ts';

export default class DnsExportKey extends ProjectCommand {
  static override description = "export the key of the project's DNS, for the project on another host";
  static override examples = [
    '<%= config.bin %> dns export-key --output dns.key',
    '<%= config.bin %> dns export-key | ssh other-host "cd shop && dockerops dns import-key -"',
  ];
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'new file to write, readable by you only',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(DnsExportKey);
    const text = await exportDnsKey(await this.openProject());
    if (flags.output !== undefined) {
      const file = resolve(flags.output);
      await writeKeyFile(file, text);
      return this.result(
        'dns-export-key',
        { file },
        () => `${file}: lets anyone change the DNS names of the project; delete it once it is imported`,
      );
    }
    // A key on a terminal stays in its scrollback.
    if (process.stdout.isTTY && !this.shared.yes)
      throw new UserError('a key is not shown on a terminal', {
        code: 'KEY_ON_TERMINAL',
        suggestions: ['dockerops dns export-key --output FILE', 'print it anyway: --yes'],
      });
    this.result('dns-export-key', { key: text.trim() }, () => text);
  }
}
