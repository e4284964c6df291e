import { Args, Flags } from '@oclif/core';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { lockedArchive } from '../lib/use-cases/locked-archive.ts';
import { makeBaseImages } from '../lib/use-cases/build-images.ts';

export default class Init extends ChangeCommand {
  static override description =
    "make the base images from the distribution's package archive; build and run do this when one is missing";
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init debian12',
    '<%= config.bin %> init:debian12,cache=False',
    '<%= config.bin %> init --locked',
  ];
  static override args = { os: Args.string({ default: 'debian12', description: 'operating system of the images' }) };
  static override flags = {
    cache: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'skip up-to-date images; --no-cache makes them again from the current archive',
    }),
    locked: Flags.boolean({
      description: "make them from the state of the archive that the project's dockerops.lock has",
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init);
    const archive = flags.locked ? lockedArchive(this.invocation(), args.os) : undefined;
    const request = { cache: flags.cache, ...definedOnly({ archive }) };
    await this.change(async (context) => makeBaseImages(await this.openEngine(), args.os, request, context));
  }
}
