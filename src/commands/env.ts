import { conf, instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderEnvironment } from '../lib/cli/render/environment-table.ts';
import { neededBy } from '../lib/use-cases/needed-by.ts';
import { explainVariables } from '../lib/use-cases/inspect/explain-variables.ts';

export default class Env extends ProjectCommand {
  static override description =
    "show the environment variables of a service's instances: value, origin, and the values it overrides";
  static override examples = [
    '<%= config.bin %> env demo',
    '<%= config.bin %> env demo --instance one --json',
    '<%= config.bin %> env:demo,instance=one',
    "<%= config.bin %> env 'w*' --instance 'o*'",
  ];
  static override args = { service };
  static override flags = { instance, conf };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Env);
    const needs = neededBy(this.instanceRequest(args.service, { instance: flags.instance }));
    const opened = await this.openProject(needs, flags.conf);
    const { instances, problems, notices } = await explainVariables(opened, args.service, flags.instance);
    for (const notice of notices) this.warning(notice);
    for (const { where, message } of problems) this.warning(where === undefined ? message : `${where}: ${message}`);
    this.result('env', { instances }, (style) => renderEnvironment(instances, style, process.stdout.columns));
  }
}
