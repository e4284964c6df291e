import { Flags } from '@oclif/core';
import { conf, target } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { UserError } from '../lib/errors.ts';
import { buildImages } from '../lib/use-cases/build-images.ts';

export default class Build extends ChangeCommand {
  static override description = 'build the images of services; up-to-date images are skipped';
  static override examples = [
    '<%= config.bin %> build all',
    '<%= config.bin %> build demo --verbose',
    '<%= config.bin %> build:demo,cache=False',
    '<%= config.bin %> build all --lock',
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
    lock: Flags.string({
      helpValue: '[FILE]',
      description: 'then write which images these are; default: dockerops.lock of the project; see docs/promotion.md',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Build);
    const request = { cache: flags.cache, ...definedOnly({ platform: flags.platform }) };
    const { lock, conf: name } = flags;
    if (lock !== undefined) refuseOneService(args.target);
    await this.change(
      async (context) => {
        const opened = await this.openProjectToChange('all', name);
        if (lock === undefined) return buildImages(opened, { ...request, target: args.target ?? 'all' }, context);
        const { lockImages } = await import('../lib/use-cases/lock-images.ts');
        return lockImages(opened, { ...request, file: lock }, context);
      },
      { output: flags.verbose },
    );
  }
}

function refuseOneService(target = 'all'): void {
  if (target === 'all') return;
  throw new UserError(`--lock is about all images of the project, and cannot be combined with ${target}`, {
    code: 'WRONG_USAGE',
    suggestions: ['dockerops build all --lock'],
  });
}
