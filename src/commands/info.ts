import { conf, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderService } from '../lib/cli/render/service-text.ts';
import { explainService } from '../lib/use-cases/inspect/explain-service.ts';

export default class Info extends ProjectCommand {
  static override description = 'show one service in detail: its image and source, ports, entries and instances';
  static override examples = [
    '<%= config.bin %> info demo',
    '<%= config.bin %> info:demo',
    '<%= config.bin %> info demo --json',
  ];
  static override args = { service };
  static override flags = { conf };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Info);
    const info = await explainService(await this.openProject('labels', flags.conf), args.service);
    for (const { where, message } of info.problems)
      this.warning(where === undefined ? message : `${where}: ${message}`);
    this.result('info', info, (style) => renderService(info, style));
  }
}
