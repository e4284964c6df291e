import { command, user } from '../lib/cli/arguments/common-flags.ts';
import { containerCommand, splitAtDashes } from '../lib/cli/arguments/container-command.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { runSession } from '../lib/use-cases/sessions/terminal-session.ts';

export default class Exec extends ProjectCommand {
  static override description = 'run a command in a running instance through the engine, without ssh';
  static override examples = [
    '<%= config.bin %> exec demo --instance one -- ls -l /data',
    '<%= config.bin %> exec:demo,instance=one,command="ls -l /data"',
  ];
  static override args = { service };
  static override flags = { instance, command, user };

  async run(): Promise<void> {
    const { parsed, words } = splitAtDashes(this.argv);
    const { args, flags } = await this.parse(Exec, parsed);
    const toRun = containerCommand(flags.command, words, `dockerops exec ${args.service} -- COMMAND`);
    const opened = await this.openProject('labels');
    const { id } = await this.findRunning(opened, args.service, flags.instance);
    const request = definedOnly({ command: toRun, user: flags.user });
    this.exitWith(await runSession(opened.engine, id, request, process, this.signal));
  }
}
