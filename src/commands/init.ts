import { Args, Flags } from '@oclif/core';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { makeBaseImages } from '../lib/use-cases/build-images.ts';

export default class Init extends ChangeCommand {
  static override description =
    "make the base images from the distribution's package archive; build and run do this when one is missing";
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init debian12',
    '<%= config.bin %> init:debian12,cache=False',
  ];
  static override args = { os: Args.string({ default: 'debian12', description: 'operating system of the images' }) };
  static override flags = {
    cache: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'skip up-to-date images; --no-cache makes them again from the current archive',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init);
    await this.change(async (context) => makeBaseImages(await this.openEngine(), args.os, flags.cache, context));
  }
}
