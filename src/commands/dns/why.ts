import { Args, Flags } from '@oclif/core';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { renderDnsWhy } from '../../lib/cli/render/dns-why-text.ts';
import { explainName } from '../../lib/use-cases/dns/dns-why.ts';

export default class DnsWhy extends ProjectCommand {
  static override description = 'show who claims a name, who wins and why, and what an instance resolves right now';
  static override examples = [
    '<%= config.bin %> dns why demo',
    '<%= config.bin %> dns why demo --from demo-two',
    '<%= config.bin %> dns why:demo,from=demo-two',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'name in the zone: SERVICE or SERVICE-INSTANCE' }),
  };
  static override flags = {
    from: Flags.string({ helpValue: 'SERVICE-INSTANCE', description: 'also resolve it inside this instance' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DnsWhy);
    const explanation = await explainName(await this.openProject('labels'), args.name, flags.from);
    this.result('dns-why', explanation, (style) => renderDnsWhy(explanation, style, process.stdout.columns));
  }
}
