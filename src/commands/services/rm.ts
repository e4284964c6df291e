import { serverFlags } from '../../lib/cli/server-command.ts';
import { serviceArgument, ServicesCommand } from '../../lib/cli/services-command.ts';
import { ServicesClient } from '../../lib/server/client/services-client.ts';

export default class ServicesRm extends ServicesCommand {
  static override description = 'remove a service from a server, with its history and its units';
  static override examples = ['<%= config.bin %> services rm api', '<%= config.bin %> services rm api --yes'];
  static override args = { service: serviceArgument };
  static override flags = serverFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServicesRm);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const { service } = args;
    await client.show(service);
    const isSure = await this.confirm(`remove ${service} with its history and its units?`, { flag: '--yes' });
    if (isSure) await client.remove(service);
    this.result('services-rm', { service, removed: isSure }, () => (isSure ? `${service} removed` : `${service} kept`));
  }
}
