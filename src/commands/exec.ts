import { Flags } from '@oclif/core';
import { UserError } from '../lib/errors.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { runSession } from '../lib/use-cases/sessions/terminal-session.ts';
import { endOfFlags } from '../lib/cli/arguments/program.ts';

export default class Exec extends ProjectCommand {
  static override description = 'run a command in a running instance through the engine, without ssh';
  static override examples = [
    '<%= config.bin %> exec demo --instance one -- ls -l /data',
    '<%= config.bin %> exec:demo,instance=one,command="ls -l /data"',
  ];
  static override args = { service };
  static override flags = {
    instance,
    command: Flags.string({
      char: 'c',
      helpValue: 'COMMAND',
      description: 'command line for sh, instead of words after --',
    }),
    user: Flags.string({
      char: 'u',
      helpValue: 'NAME',
      description: "user to run as; default: the image's user",
    }),
  };

  async run(): Promise<void> {
    // oclif reorders words; those after -- are taken as typed.
    const end = endOfFlags(this.argv);
    const words = this.argv.slice(end + 1);
    const { args, flags } = await this.parse(Exec, this.argv.slice(0, end));
    const command = flags.command === undefined ? words : ['sh', '-c', flags.command];
    if (command.length === 0)
      throw new UserError('no command given', {
        code: 'USAGE',
        suggestions: [`dockerops exec ${args.service} -- COMMAND`],
      });
    const opened = await this.openProject();
    const { id } = await this.findRunning(opened, args.service, flags.instance);
    this.exitWith(
      await runSession(
        opened.engine,
        id,
        { command, ...(flags.user === undefined ? {} : { user: flags.user }) },
        process,
      ),
    );
  }
}
