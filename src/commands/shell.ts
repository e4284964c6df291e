import { user } from '../lib/cli/arguments/common-flags.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { definedOnly } from '../lib/defined.ts';
import { runSession } from '../lib/use-cases/sessions/terminal-session.ts';

/** Images without bash have sh. */
const shell = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash -l; else exec sh -l; fi'];

export default class Shell extends ProjectCommand {
  static override description = 'open a shell in a running instance through the engine, without ssh';
  static override examples = [
    '<%= config.bin %> shell demo --instance one',
    '<%= config.bin %> shell:demo,instance=one',
  ];
  static override args = { service };
  static override flags = { instance, user };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Shell);
    const opened = await this.openProject('labels');
    const { id } = await this.findRunning(opened, args.service, flags.instance);
    const request = definedOnly({ command: shell, user: flags.user });
    this.exitWith(await runSession(opened.engine, id, request, process, this.signal));
  }
}
