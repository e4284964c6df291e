import { Flags } from '@oclif/core';
import { conf, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { buildImages } from '../lib/use-cases/build-images.ts';

export default class Build extends ChangeCommand {
  static override description = 'build the images of services; up-to-date images are skipped';
  static override examples = [
    '<%= config.bin %> build all',
    '<%= config.bin %> build demo --verbose',
    '<%= config.bin %> build:demo,cache=False',
  ];
  static override args = { target };
  static override flags = {
    conf,
    verbose: Flags.boolean({ char: 'v', description: 'show the output of every build step' }),
    cache: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'skip up-to-date images and reuse cached layers; --no-cache rebuilds from scratch',
    }),
    platform: Flags.string({ helpValue: 'OS/ARCH', description: 'platform to build for' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Build);
    const { platform } = flags;
    await this.change(
      async (context) =>
        buildImages(
          await this.openProjectToChange('all', flags.conf),
          { target: args.target ?? 'all', cache: flags.cache, ...(platform === undefined ? {} : { platform }) },
          context,
        ),
      { output: flags.verbose },
    );
  }
}
