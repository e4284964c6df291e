import { Args } from '@oclif/core';
import { conf } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { applyPlanFile } from '../lib/use-cases/written-plan/apply-plan-file.ts';

export default class Apply extends ChangeCommand {
  static override description =
    'do what a plan says that was written with plan --out; after an interruption, the rest of it';
  static override examples = ['<%= config.bin %> apply p.json', '<%= config.bin %> apply p.json --conf production'];
  static override args = { file: Args.string({ required: true, description: 'the plan' }) };
  static override flags = { conf };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Apply);
    const opened = await this.openProject('all', flags.conf, { observes: true });
    const plan = { path: args.file, version: this.config.version };
    await this.changeWithTerminal(opened, (context) => applyPlanFile(opened, plan, context));
  }
}
