import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { renderImport } from '../lib/cli/render/import-text.ts';
import { importFormer } from '../lib/use-cases/import-former.ts';
import { importProject } from '../lib/use-cases/import-project.ts';

export default class Import extends BaseCommand {
  static override description =
    'create services and a run.conf from a compose file, beside it, or convert a project of DockerOps ' +
    'where it is; lists what cannot be converted';
  static override examples = [
    '<%= config.bin %> import docker-compose.yml',
    '<%= config.bin %> import:compose.yaml',
    '<%= config.bin %> import:compose.yaml --json',
    '<%= config.bin %> import .',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'compose file, or directory of a project' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Import);
    const path = resolve(args.file);
    const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    const result = isDirectory ? await importFormer(path, process.env) : await importProject(path);
    this.result('import', result, (style) => renderImport(result, style));
  }
}
