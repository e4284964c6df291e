import { conf, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderService } from '../lib/cli/render/service-text.ts';
import { isPattern } from '../lib/model/wildcard.ts';
import { explainServices } from '../lib/use-cases/inspect/explain-service.ts';

export default class Info extends ProjectCommand {
  static override description = 'show one service in detail: its image and source, ports, entries and instances';
  static override examples = [
    '<%= config.bin %> info demo',
    '<%= config.bin %> info:demo',
    "<%= config.bin %> info 'w*'",
    '<%= config.bin %> info demo --json',
  ];
  static override args = { service };
  static override flags = { conf };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Info);
    const services = await explainServices(await this.openProject('labels', flags.conf), args.service);
    const problems = services.flatMap((info) => info.problems);
    const texts = problems.map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`));
    for (const text of new Set(texts)) this.warning(text);
    const [only] = services;
    const document = only !== undefined && !isPattern(args) ? only : { services };
    this.result('info', document, (style) => services.map((info) => renderService(info, style)).join('\n'));
  }
}
