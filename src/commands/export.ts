import { Args, Flags } from '@oclif/core';
import { conf } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { exportProject } from '../lib/use-cases/export-project.ts';

export default class Export extends ProjectCommand {
  static override description = 'print run.conf as a compose file, and say what Compose cannot';
  static override examples = [
    '<%= config.bin %> export compose',
    '<%= config.bin %> export:compose,output=compose.yaml',
  ];
  static override args = {
    format: Args.string({ required: true, options: ['compose'], description: 'compose is the only one' }),
  };
  static override flags = {
    conf,
    output: Flags.string({ char: 'o', helpValue: 'FILE', description: 'write a new file instead of printing it' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Export);
    const { output } = flags;
    const { text, lost } = await exportProject(this.invocation(flags.conf), output);
    for (const { where, message } of lost) this.warning(`${where}  ${message}`);
    this.result('export', { text, lost, file: output }, () => (output === undefined ? text : `written: ${output}`));
  }
}
