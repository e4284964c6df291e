import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { completionScript, shells, type Shell } from '../lib/cli/render/completion-script.ts';

export default class Completion extends BaseCommand {
  static override description = 'print the completion script for a shell';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion:zsh > ~/.zfunc/_dockerops',
    '<%= config.bin %> completion fish | source',
  ];
  static override args = {
    shell: Args.string({ options: [...shells], required: true, description: 'bash, zsh or fish' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const script = completionScript(args.shell as Shell);
    this.result('completion', { shell: args.shell, script }, () => script);
  }
}
