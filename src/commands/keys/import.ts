import { Args, Flags } from '@oclif/core';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UserError } from '../../lib/errors.ts';
import { PlatformCommand } from '../../lib/platform-command.ts';
import { importKeys } from '../../lib/platform/project-keys.ts';

export default class KeysImport extends PlatformCommand {
  static override description = 'take the keys of the same project of another machine, to work on its instances from here';
  static override examples = ['<%= config.bin %> keys import shop.keys', '<%= config.bin %> keys import - < shop.keys'];
  static override args = { file: Args.string({ required: true, description: 'what keys export made; - for standard input' }) };
  static override flags = { force: Flags.boolean({ char: 'f', description: 'replace other keys that the project has' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysImport);
    const content = args.file === '-' ? await text(process.stdin) : await readText(args.file);
    const result = await importKeys(await this.openPlatform(), content, args.file === '-' ? 'the input' : args.file, flags.force);
    this.result('keys-import', result, () => (result.imported.length > 0 ? `imported: ${result.imported.join(', ')}` : 'the project has these keys already'));
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { code: 'KEY_FILE', cause: error });
  });
}
