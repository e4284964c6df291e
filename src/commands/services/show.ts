import { renderServedService } from '../../lib/cli/render/served-service-text.ts';
import { serverFlags } from '../../lib/cli/server-command.ts';
import { serviceArgument, ServicesCommand } from '../../lib/cli/services-command.ts';
import { ServicesClient } from '../../lib/server/client/services-client.ts';
import { maskedEnvironment } from '../../lib/server/services/masked-environment.ts';

export default class ServicesShow extends ServicesCommand {
  static override description = 'show a service of a server: what runs, and what its next version would run with';
  static override examples = ['<%= config.bin %> services show api', '<%= config.bin %> services show api --json'];
  static override args = { service: serviceArgument };
  static override flags = serverFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServicesShow);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const service = await client.show(args.service);
    this.result('services-show', { service }, () =>
      renderServedService(service, maskedEnvironment(service.config['env'])),
    );
  }
}
