import { serverFlags } from '../../lib/cli/server-command.ts';
import { configFlags, configOf, serviceArgument, ServicesCommand } from '../../lib/cli/services-command.ts';
import { UserError } from '../../lib/errors.ts';
import { ServicesClient } from '../../lib/server/client/services-client.ts';

export default class ServicesSet extends ServicesCommand {
  static override description =
    'change what the next version of a service runs with; all of its ports, variables or volumes are replaced';
  static override examples = [
    '<%= config.bin %> services set api --instances 5',
    '<%= config.bin %> services set api --env MODE=test --env LEVEL=3',
  ];
  static override args = { service: serviceArgument };
  static override flags = { ...serverFlags, ...configFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServicesSet);
    const change = configOf(flags);
    if (Object.keys(change).length === 0)
      throw new UserError('nothing is to be changed', {
        code: 'WRONG_USAGE',
        suggestions: [`dockerops services set ${args.service} --instances 2`, 'dockerops services set --help'],
      });
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const { doc: config, warnings } = await client.set(args.service, change);
    this.warnings(warnings);
    this.result(
      'services-set',
      { config },
      () => `${args.service} changed; to run it so: dockerops deploy ${args.service}`,
    );
  }
}
