import { Args, Flags } from '@oclif/core';
import { readKeyFile } from '../../lib/cli/arguments/read-key-file.ts';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { importKeys } from '../../lib/use-cases/sessions/project-keys.ts';

export default class KeysImport extends ProjectCommand {
  static override description =
    'import the keys of the same project on another machine, to work on its instances from here';
  static override examples = ['<%= config.bin %> keys import shop.keys', '<%= config.bin %> keys import - < shop.keys'];
  static override args = {
    file: Args.string({ required: true, description: 'file made by keys export; - for standard input' }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'replace different keys of this project' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysImport);
    const content = await readKeyFile(args.file, 'dockerops keys export --output FILE');
    const result = await importKeys(
      await this.openProject(),
      content,
      args.file === '-' ? 'the input' : args.file,
      flags.force,
    );
    this.result('keys-import', result, () =>
      result.imported.length > 0 ? `imported: ${result.imported.join(', ')}` : 'this project already has these keys',
    );
  }
}
