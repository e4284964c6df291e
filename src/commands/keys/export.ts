import { Flags } from '@oclif/core';
import { resolve } from 'node:path';
import { UserError } from '../../lib/errors.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { writeKeyFile } from '../../lib/use-cases/dns/dns-keys.ts';
import { exportKeys } from '../../lib/use-cases/sessions/project-keys.ts';

export default class KeysExport extends ProjectCommand {
  static override description = 'export all keys of the project, for the same project on another machine';
  static override examples = [
    '<%= config.bin %> keys export --output shop.keys',
    '<%= config.bin %> keys export | ssh other-machine "cd shop && dockerops keys import -"',
  ];
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'new file to write, readable by you only',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysExport);
    const text = await exportKeys(await this.openProject());
    if (flags.output !== undefined) {
      const file = resolve(flags.output);
      await writeKeyFile(file, text);
      return this.result(
        'keys-export',
        { file },
        () => `${file}: lets anyone log in to the project's instances; delete it once it is imported`,
      );
    }
    if (process.stdout.isTTY && !this.shared.yes)
      throw new UserError('keys are not shown on a terminal', {
        code: 'KEY_ON_TERMINAL',
        suggestions: ['dockerops keys export --output FILE', 'print them anyway: --yes'],
      });
    this.result('keys-export', JSON.parse(text) as object, () => text);
  }
}
