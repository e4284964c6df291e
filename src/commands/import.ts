import { resolve } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { renderImport } from '../lib/cli/render/import-text.ts';
import { importProject } from '../lib/use-cases/import-project.ts';

export default class Import extends BaseCommand {
  static override description =
    'create services and a run.conf from a compose file, beside it; lists what cannot be converted';
  static override examples = [
    '<%= config.bin %> import docker-compose.yml',
    '<%= config.bin %> import:compose.yaml',
    '<%= config.bin %> import:compose.yaml --json',
  ];
  static override args = { file: Args.string({ required: true, description: 'compose file' }) };

  async run(): Promise<void> {
    const { args } = await this.parse(Import);
    const result = await importProject(resolve(args.file));
    this.result('import', result, (style) => renderImport(result, style));
  }
}
