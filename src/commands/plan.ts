import { Flags } from '@oclif/core';
import { builtAndLocked, locked } from '../lib/cli/arguments/common-flags.ts';
import { conf, group, instance, newInstance, switches, target } from '../lib/cli/arguments/instance-flags.ts';
import { rollbackChoices, rollbackRequest } from '../lib/use-cases/rollback-request.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { printablePlan } from '../lib/cli/render/plan-json.ts';
import { renderPlan } from '../lib/cli/render/plan-text.ts';
import { isEmpty } from '../lib/plan/builder.ts';
import { emptyConf } from '../lib/project/resolve/select/missing-entry.ts';
import type { RunRequest } from '../lib/model/run-request.ts';
import type { Plan as Shown } from '../lib/plan/plan.ts';
import { previewCleanImages, usualKeptImages } from '../lib/use-cases/clean-images.ts';
import { definedOnly } from '../lib/defined.ts';
import type { OpenProject } from '../lib/use-cases/open-project.ts';
import { previewClean } from '../lib/use-cases/clean-instances.ts';
import { writePlan } from '../lib/use-cases/written-plan/write-plan.ts';
import { neededBy } from '../lib/use-cases/needed-by.ts';
import { previewRun, type RunChoices } from '../lib/use-cases/run-instances.ts';

/** Exit code of `--exit-code` when there is something to do. */
const changesExitCode = 3;

export default class Plan extends ProjectCommand {
  static override description = 'show what run (or clean) would do, and why, without doing it';
  static override examples = [
    '<%= config.bin %> plan',
    '<%= config.bin %> plan demo --instance one --verbose',
    '<%= config.bin %> plan --clean',
    '<%= config.bin %> plan --exit-code',
  ];
  static override args = { target };
  static override flags = {
    instance,
    group,
    conf,
    new: newInstance,
    ...switches,
    clean: Flags.boolean({ description: 'show what clean would do' }),
    images: Flags.boolean({ dependsOn: ['clean'], description: 'as with clean --images' }),
    keep: Flags.integer({ min: 0, dependsOn: ['images'], helpValue: 'N', description: 'as with clean --keep' }),
    rollback: Flags.boolean({ exclusive: ['clean'], description: 'show what rollback of an instance would do' }),
    to: Flags.string({ helpValue: 'CONTENT', dependsOn: ['rollback'], description: 'as with rollback --to' }),
    build: Flags.boolean({ description: 'as with run --build' }),
    locked,
    replace: Flags.boolean({ description: 'as with run --replace' }),
    out: Flags.string({
      exclusive: ['clean', 'rollback'],
      helpValue: 'FILE',
      description: 'write the plan to a new file, for review; apply does exactly what it says',
    }),
    verbose: Flags.boolean({ char: 'v', description: 'show every operation, in order' }),
    'exit-code': Flags.boolean({ description: `exit with ${String(changesExitCode)} when there are changes` }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Plan);
    const request = flags.rollback
      ? rollbackRequest(args.target, flags.instance)
      : this.instanceRequest(args.target, flags);
    const needs = flags.clean ? 'labels' : neededBy(request);
    const opened = await this.openProject(needs, flags.conf, { observes: true });
    if (flags.build && flags.locked) throw builtAndLocked();
    const plan = await (flags.clean ? planToClean(opened, request, flags) : this.#planToRun(opened, request, flags));
    for (const warning of plan.warnings) this.warning(warning);
    this.result('plan', printablePlan(plan), (style) =>
      renderPlan(plan, style, {
        verbose: flags.verbose,
        noEntries: flags.clean ? undefined : emptyConf(opened.project, request),
      }),
    );
    if (plan.blockers.length > 0) this.exitWith(1);
    else if (flags['exit-code'] && !isEmpty(plan)) this.exitWith(changesExitCode);
  }

  #planToRun(opened: OpenProject, request: RunRequest, flags: RunFlags): Promise<Shown> {
    const choices = flags.rollback ? rollbackChoices(flags) : runChoices(flags);
    if (flags.out !== undefined) {
      const toWrite = { path: flags.out, version: this.config.version, request, choices };
      return writePlan(opened, toWrite, (text) => this.warning(text));
    }
    return previewRun(opened, request, choices, (text) => this.warning(text));
  }
}

interface CleanFlags {
  readonly images: boolean;
  readonly keep?: number | undefined;
}

async function planToClean(opened: OpenProject, request: RunRequest, { images, keep }: CleanFlags): Promise<Shown> {
  if (!images) return previewClean(opened, request);
  const { service } = request;
  return (await previewCleanImages(opened, definedOnly({ service, keep: keep ?? usualKeptImages }))).plan;
}

interface RunFlags {
  readonly locked?: boolean;
  readonly rollback: boolean;
  readonly to?: string | undefined;
  readonly out?: string | undefined;
  readonly replace: boolean;
  readonly build: boolean;
}

function runChoices({ locked: isLocked, replace, build }: RunFlags): RunChoices {
  return {
    locked: isLocked,
    replace: replace ? 'changed' : 'never',
    build: build ? 'stale' : 'missing',
    wait: true,
    timeoutSeconds: undefined,
  };
}
