import { Args, Flags } from '@oclif/core';
import { UserError } from '../lib/errors.ts';
import { conf, group, instance } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { cleanEverything, cleanInstances } from '../lib/use-cases/clean-instances.ts';

type Limits = Partial<Record<'instance' | 'group' | 'conf', string | undefined>>;

export default class Clean extends ProjectCommand {
  static override description = 'stop and remove instances; data on the host is never removed';
  static override examples = [
    '<%= config.bin %> clean demo --instance one',
    '<%= config.bin %> clean all --force',
    '<%= config.bin %> clean:all,force',
  ];
  static override args = {
    target: Args.string({
      description: 'name of a service, all (everything of this project), or reallyall (every container of the host)',
    }),
  };
  static override flags = {
    instance,
    group,
    conf,
    force: Flags.boolean({ char: 'f', description: 'do not ask' }),
    confirm: Flags.string({
      helpValue: 'HOSTNAME',
      description: 'for reallyall: the name of the host, instead of typing it',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Clean);
    if (args.target === 'reallyall') return this.#everything(flags);
    const request = this.instanceRequest(args.target, flags);
    const opened = await this.openProjectToChange(flags.conf);
    if (
      request.target !== 'service' &&
      !(await this.isMeant(
        'clean',
        opened,
        `stop and remove ${request.target === 'all' ? `all instances of project ${opened.owner.name}` : `the instances of group ${flags.group ?? ''}`}?`,
        '--force',
        flags.force,
      ))
    )
      return;
    await this.changes('clean', (context) => cleanInstances(opened, request, context));
  }

  /** Not only ours: the one command that takes away what others made, so the host's name has to be typed. */
  async #everything({
    confirm: confirmed,
    ...limits
  }: Limits & { readonly confirm?: string | undefined }): Promise<void> {
    refuseLimits(limits);
    const opened = await this.openEngine();
    const { hostname } = await opened.engine.facts();
    const typed =
      confirmed ??
      (await this.prompt.ask(
        `every container of ${hostname}, whoever made it, will be stopped and removed. Type the host's name to go on:`,
        { flag: '--confirm HOSTNAME' },
      ));
    if (typed !== hostname)
      throw new UserError(`"${typed}" is not the name of this host; nothing was removed`, { code: 'NOT_CONFIRMED' });
    await this.changes('clean', (context) => cleanEverything(opened, context));
  }
}

/** Who names an instance does not mean every container. */
function refuseLimits({ instance: one, group: some, conf: file }: Limits): void {
  const limits = [
    ['--instance', one, `SERVICE,instance=${one ?? ''}`],
    ['--group', some, `group=${some ?? ''}`],
    ['--conf', file, `all,conf=${file ?? ''}`],
  ] as const;
  const [flag, , words = ''] = limits.find(([, value]) => value !== undefined) ?? [];
  if (flag !== undefined)
    throw new UserError(`reallyall means every container of the host, so ${flag} cannot be given`, {
      code: 'USAGE',
      suggestions: [`dockerops clean:${words}`],
    });
}
