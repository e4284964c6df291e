import { Args, Flags } from '@oclif/core';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UserError } from '../../lib/errors.ts';
import { PlatformCommand } from '../../lib/platform-command.ts';
import { importDnsKey } from '../../lib/platform/dns-keys.ts';

export default class DnsImportKey extends PlatformCommand {
  static override description = 'take the key of a DNS on another host, so that the instances here can have names there';
  static override examples = ['<%= config.bin %> dns import-key dns.key', '<%= config.bin %> dns import-key - < dns.key'];
  static override args = { file: Args.string({ required: true, description: 'what dns export-key made; - for standard input' }) };
  static override flags = { force: Flags.boolean({ char: 'f', description: 'replace another key that the project has' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DnsImportKey);
    const content = args.file === '-' ? await text(process.stdin) : await readText(args.file);
    const isNew = await importDnsKey(await this.openPlatform(), content, args.file, flags.force);
    this.result('dns-import-key', { imported: isNew }, () => (isNew ? 'imported; instances that run already get it by rerun' : 'the project has this key already'));
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { code: 'KEY_FILE', cause: error });
  });
}
