import { Flags } from '@oclif/core';
import { UserError } from '../lib/errors.ts';
import { conf, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { runOnce } from '../lib/use-cases/sessions/run-once.ts';
import { endOfFlags } from '../lib/cli/arguments/program.ts';

export default class Once extends ProjectCommand {
  static override description =
    "run a command in a temporary instance with the service's configuration; the instance is removed afterwards";
  static override examples = [
    '<%= config.bin %> once demo -- ls -l /data',
    '<%= config.bin %> once:web,command="./manage.py migrate"',
    '<%= config.bin %> once db --instance main --command "pg_dump app" > app.sql',
  ];
  static override args = { service };
  static override flags = {
    instance: Flags.string({
      char: 'i',
      helpValue: 'NAME',
      description: 'instance of the run conf whose configuration to use',
    }),
    conf,
    command: Flags.string({
      char: 'c',
      helpValue: 'COMMAND',
      description: 'command line for sh, instead of words after --',
    }),
  };

  async run(): Promise<void> {
    // oclif reorders words; those after -- are taken as typed.
    const end = endOfFlags(this.argv);
    const words = this.argv.slice(end + 1);
    const { args, flags } = await this.parse(Once, this.argv.slice(0, end));
    const command = flags.command === undefined ? words : ['sh', '-c', flags.command];
    if (command.length === 0)
      throw new UserError('no command given', {
        code: 'USAGE',
        suggestions: [`dockerops once ${args.service} -- COMMAND`],
      });
    const opened = await this.openProjectToChange(flags.conf);
    const request = {
      service: args.service,
      command,
      ...(flags.instance === undefined ? {} : { like: flags.instance }),
    };
    this.exitWith(await runOnce(opened, request, this.changeContext(), this.askForVariables(opened), process));
  }
}
