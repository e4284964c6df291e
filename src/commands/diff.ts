import { Args, Flags } from '@oclif/core';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderDiff } from '../lib/cli/render/diff-text.ts';
import { diffConfs, isDifferent } from '../lib/use-cases/inspect/diff-confs.ts';

/** Exit code of `--exit-code` when something differs. */
const differsExitCode = 3;

export default class Diff extends ProjectCommand {
  static override description =
    'show in what the instances of two run confs differ, with where each value comes from; secrets are compared, not ' +
    'shown';
  static override examples = [
    '<%= config.bin %> diff run production',
    '<%= config.bin %> diff run.conf ../live/run.conf --exit-code',
    '<%= config.bin %> diff run production --json',
  ];
  static override args = {
    from: Args.string({ required: true, description: 'name or path of a run conf' }),
    to: Args.string({ required: true, description: 'name or path of the other' }),
  };
  static override flags = {
    'exit-code': Flags.boolean({ description: `exit with ${String(differsExitCode)} when something differs` }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff);
    const diff = diffConfs(this.invocation(), args.from, args.to);
    const different = diff.instances.filter(isDifferent);
    this.result('diff', { ...diff, instances: different }, (style) => renderDiff(diff, different, style));
    if (flags['exit-code'] && different.length > 0) this.exitWith(differsExitCode);
  }
}
