import { exportFlags, KeyExportCommand } from '../../lib/cli/key-export-command.ts';
import { exportKeys } from '../../lib/use-cases/keys/project-keys-file.ts';

export default class KeysExport extends KeyExportCommand {
  static override description = 'export all keys of the project, for the same project on another machine';
  static override examples = [
    '<%= config.bin %> keys export --output shop.keys',
    '<%= config.bin %> keys export | ssh other-machine "cd shop && dockerops keys import -"',
  ];
  static override flags = exportFlags;

  protected override readonly risk = "lets anyone log in to the project's instances";
  protected override readonly exportText = exportKeys;

  protected override documentOf(text: string): object {
    return JSON.parse(text) as object;
  }
}
