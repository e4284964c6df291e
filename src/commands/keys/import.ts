import { importArgs, importFlags, KeyImportCommand } from '../../lib/cli/key-import-command.ts';
import { importKeys } from '../../lib/use-cases/keys/project-keys-file.ts';

export default class KeysImport extends KeyImportCommand {
  static override description =
    'import the keys of the same project on another machine, to work on its instances from here';
  static override examples = ['<%= config.bin %> keys import shop.keys', '<%= config.bin %> keys import - < shop.keys'];
  static override args = importArgs;
  static override flags = importFlags;

  protected override readonly exportCommand = 'dockerops keys export';
  protected override readonly importText = importKeys;
}
