import { Args, Flags } from '@oclif/core';
import { serverFlags } from '../../lib/cli/server-command.ts';
import { configFlags, configOf, serviceArgument, ServicesCommand } from '../../lib/cli/services-command.ts';
import { definedOnly } from '../../lib/defined.ts';
import { ServicesClient } from '../../lib/server/client/services-client.ts';

export default class ServicesCreate extends ServicesCommand {
  static override description = 'add a service to a server; nothing runs until it is deployed';
  static override examples = [
    '<%= config.bin %> services create api user/api --port 80:9000 --instances 3',
    '<%= config.bin %> services create web user/web --port 8080 --public --env MODE=live',
  ];
  static override args = {
    service: serviceArgument,
    repository: Args.string({ required: true, description: 'repository of its image' }),
  };
  static override flags = {
    ...serverFlags,
    description: Flags.string({ helpValue: 'TEXT', description: 'what it is' }),
    ...configFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServicesCreate);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const base = { name: args.service, ...definedOnly({ description: flags.description }) };
    const body = { ...base, dockerRepository: args.repository, ...configOf(flags) };
    const { doc: service, warnings } = await client.create(body);
    this.warnings(warnings);
    this.result(
      'services-create',
      { service },
      () => `${service.name} created; to run it: dockerops deploy ${service.name}`,
    );
  }
}
