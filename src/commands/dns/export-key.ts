import { Flags } from '@oclif/core';
import { resolve } from 'node:path';
import { UserError } from '../../lib/errors.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { exportDnsKey, writeKeyFile } from '../../lib/use-cases/dns/dns-keys.ts';

export default class DnsExportKey extends ProjectCommand {
  static override description = "give out the key of the project's DNS, for the project on another host";
  static override examples = [
    '<%= config.bin %> dns export-key --output dns.key',
    '<%= config.bin %> dns export-key | ssh other-host "cd shop && dockerops dns import-key -"',
  ];
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'write it to this new file, readable by you alone',
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
        () => `${file}: whoever has it can give and take names of the project; remove it when it is imported`,
      );
    }
    // On a terminal it would stay in the scrollback of whoever looks over the shoulder.
    if (process.stdout.isTTY && !this.shared.yes)
      throw new UserError('a key is not shown on a terminal', {
        code: 'KEY_ON_TERMINAL',
        suggestions: ['dockerops dns export-key --output FILE', 'show it all the same: --yes'],
      });
    this.result('dns-export-key', { key: text.trim() }, () => text);
  }
}
