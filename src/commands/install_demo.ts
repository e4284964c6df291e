import { join, relative, resolve } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { copyProject } from '../lib/use-cases/copy-project.ts';

export default class InstallDemo extends BaseCommand {
  static override description = 'create the demo project';
  static override examples = ['<%= config.bin %> install_demo', '<%= config.bin %> install_demo:my-demo'];
  static override args = {
    directory: Args.string({ default: 'dockerops-demo', description: 'directory to create; may exist if it is empty' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(InstallDemo);
    const directory = resolve(args.directory);
    const files = await copyProject(join(this.config.root, 'demo'), directory, 'install_demo');
    this.result('install_demo', { directory, files }, () => quickstart(directory));
  }
}

function quickstart(directory: string): string {
  const from = relative(process.cwd(), directory);
  return `Demo installed in ${directory}.
Quickstart:
  cd ${from === '' ? '.' : from}
  dockerops build:all                     build its images
  dockerops run:all                       run it
  dockerops ps                            list what runs
  dockerops ssh:demo,instance=two         log in to an instance; in there: ping demo-one, then exit
  dockerops plan                          show what run would change
  dockerops clean:all                     stop and remove it`;
}
