import { Args, Flags } from '@oclif/core';
import { force } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance } from '../lib/cli/arguments/instance-flags.ts';
import { CleanCommand } from '../lib/cli/clean-command.ts';
import { UserError } from '../lib/errors.ts';
import { keysOf } from '../lib/plan/plan.ts';
import { cleanImages, previewCleanImages, usualKeptImages } from '../lib/use-cases/clean-images.ts';
import { cleanEverything } from '../lib/use-cases/clean-instances.ts';

interface ImageFlags extends Limits {
  readonly force: boolean;
  readonly keep?: number | undefined;
}
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
    images: Flags.boolean({
      description: 'instead of instances, remove images of the project that no container, lock or rollback needs',
    }),
    keep: Flags.integer({
      min: 0,
      dependsOn: ['images'],
      helpValue: 'N',
      description: 'with --images, how many of each service stay; default: 3',
    }),
    confirm: Flags.string({
      helpValue: 'HOSTNAME',
      description: 'host name that confirms reallyall without a prompt',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Clean);
    if (flags.images) return this.#images(args.target, flags);
    if (args.target === 'reallyall') return this.#everything(flags);
    await this.clean(this.instanceRequest(args.target, flags), flags);
  }

  async #images(target = 'all', { force: isForced, keep = usualKeptImages, ...limits }: ImageFlags): Promise<void> {
    refuseInstances(target, limits);
    const request = { keep, ...(target === 'all' ? {} : { service: target }) };
    const opened = await this.openProjectToChange('labels', limits.conf);
    const items = keysOf((await previewCleanImages(opened, request)).plan, 'remove');
    const question = `remove ${items.length === 1 ? 'this image' : `these ${String(items.length)} images`}?`;
    const isAsked = items.length > 0 && !isForced && !this.shared.yes;
    if (isAsked && !(await this.confirmChange(opened.owner, question, { flag: '--force', items }))) return;
    await this.change((context) => cleanImages(opened, request, context));
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

function refuseInstances(target: string, { instance: one, group: some }: Limits): void {
  if (target !== 'reallyall' && one === undefined && some === undefined) return;
  throw new UserError('--images is about the images of the project, or of a service', {
    code: 'USAGE',
    suggestions: ['dockerops clean all --images'],
  });
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
