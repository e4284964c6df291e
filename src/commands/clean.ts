import { Args, Flags } from '@oclif/core';
import { force } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance } from '../lib/cli/arguments/instance-flags.ts';
import { CleanCommand } from '../lib/cli/clean-command.ts';
import { UserError } from '../lib/errors.ts';
import { cleanEverything } from '../lib/use-cases/clean-instances.ts';

type Limits = Partial<Record<'instance' | 'group' | 'conf', string | undefined>>;

export default class Clean extends CleanCommand {
  static override description = 'stop and remove instances; persistent data is kept';
  static override examples = [
    '<%= config.bin %> clean demo --instance one',
    '<%= config.bin %> clean all --force',
    '<%= config.bin %> clean:all,force',
  ];
  static override args = {
    target: Args.string({
      description: 'name of a service, all (the whole project), or reallyall (every container on the host)',
    }),
  };
  static override flags = {
    instance,
    group,
    conf,
    force,
    confirm: Flags.string({
      helpValue: 'HOSTNAME',
      description: 'host name that confirms reallyall without a prompt',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Clean);
    if (args.target === 'reallyall') return this.#everything(flags);
    await this.clean(this.instanceRequest(args.target, flags), flags);
  }

  /** The one command that removes containers of others, so the host's name has to be typed. */
  async #everything({
    confirm: confirmed,
    ...limits
  }: Limits & { readonly confirm?: string | undefined }): Promise<void> {
    refuseLimits(limits);
    const opened = await this.openEngine();
    const { hostname } = await opened.engine.facts();
    const warning = `this stops and removes every container on ${hostname}, whether or not dockerops made it`;
    const typed =
      confirmed ??
      (await this.prompt.ask(`${warning}. Type the host name to confirm:`, { flag: '--confirm HOSTNAME' }));
    if (typed !== hostname)
      throw new UserError(`"${typed}" is not the name of this host; nothing was removed`, { code: 'NOT_CONFIRMED' });
    await this.change((context) => cleanEverything(opened, context));
  }
}

/** A limit contradicts reallyall: one of the two is a mistake. */
function refuseLimits({ instance: one, group: some, conf: file }: Limits): void {
  const limits = [
    ['--instance', one, `SERVICE,instance=${one ?? ''}`],
    ['--group', some, `group=${some ?? ''}`],
    ['--conf', file, `all,conf=${file ?? ''}`],
  ] as const;
  const [flag, , words = ''] = limits.find(([, value]) => value !== undefined) ?? [];
  if (flag !== undefined)
    throw new UserError(`reallyall means every container on the host and cannot be combined with ${flag}`, {
      code: 'USAGE',
      suggestions: [`dockerops clean:${words}`],
    });
}
