import { Flags } from '@oclif/core';
import { command } from '../lib/cli/arguments/common-flags.ts';
import { containerCommand, splitAtDashes } from '../lib/cli/arguments/container-command.ts';
import { conf, service } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { runOnce } from '../lib/use-cases/sessions/run-once.ts';

export default class Once extends ChangeCommand {
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
    command,
  };

  async run(): Promise<void> {
    const { parsed, words } = splitAtDashes(this.argv);
    const { args, flags } = await this.parse(Once, parsed);
    const toRun = containerCommand(flags.command, words, `dockerops once ${args.service} -- COMMAND`);
    const opened = await this.openProjectToChange({ service: args.service, instance: flags.instance }, flags.conf);
    const request = definedOnly({ service: args.service, command: toRun, like: flags.instance });
    this.exitWith(await runOnce(opened, request, this.changeContext(), this.askForVariables(opened), process));
  }
}
