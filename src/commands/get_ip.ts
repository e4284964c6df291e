import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { getAddress } from '../lib/use-cases/inspect/list-instances.ts';

export default class GetIp extends ProjectCommand {
  static override description = "print the address of a running instance on the project's network";
  static override examples = ['<%= config.bin %> get_ip demo --instance one', '<%= config.bin %> ip:demo,instance=one'];
  static override aliases = ['ip'];
  static override args = { service };
  static override flags = { instance };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GetIp);
    const container = await this.findRunning(await this.openProject('labels'), args.service, flags.instance);
    const address = getAddress(container);
    this.result('get_ip', { key: container.ownership?.key, address }, () => address);
  }
}
