import { join, relative, resolve } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { quoteWords } from '../lib/shell-words.ts';
import { copyProject } from '../lib/use-cases/copy-project.ts';

export default class New extends BaseCommand {
  static override description = 'create a project with one service to begin with';
  static override examples = ['<%= config.bin %> new', '<%= config.bin %> new:shop'];
  static override args = {
    directory: Args.string({
      default: 'dockerops-project',
      description: 'directory to create; may exist if it is empty. Its name is that of the project',
    }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(New);
    const directory = resolve(args.directory);
    const files = await copyProject(join(this.config.root, 'skeleton'), directory, 'new');
    this.result('new', { directory, files }, () => firstSteps(directory));
  }
}

function firstSteps(directory: string): string {
  const from = relative(process.cwd(), directory);
  return `Project created in ${directory}.
  cd ${from === '' ? '.' : quoteWords([from])}
  dockerops up                 build its images and run it; again after each change
  dockerops ps                 list what runs
  dockerops logs:app           show what service app prints
  services/app/                what its image is made of
  run.conf                     which instances run, and how`;
}
