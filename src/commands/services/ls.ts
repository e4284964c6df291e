import { renderServices } from '../../lib/cli/render/services-table.ts';
import { serverFlags } from '../../lib/cli/server-command.ts';
import { ServicesCommand } from '../../lib/cli/services-command.ts';
import { ServicesClient } from '../../lib/server/client/services-client.ts';

export default class ServicesLs extends ServicesCommand {
  static override description = 'list the services of a server';
  static override examples = ['<%= config.bin %> services ls', '<%= config.bin %> services ls --json'];
  static override flags = serverFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(ServicesLs);
    const services = await new ServicesClient(this.serverAddress(flags), this.signal).list();
    this.result('services-ls', { services }, (style) => renderServices(services, style, process.stdout.columns));
  }
}
