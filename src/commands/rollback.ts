import { Args } from '@oclif/core';
import { serverFlags } from '../lib/cli/server-command.ts';
import { serviceArgument, ServicesCommand, waitFlag } from '../lib/cli/services-command.ts';
import { UserError } from '../lib/errors.ts';
import { followDeployment } from '../lib/server/client/follow-deployment.ts';
import { ServicesClient } from '../lib/server/client/services-client.ts';

export default class Rollback extends ServicesCommand {
  static override description =
    'deploy an earlier version of a service of a server again, with its image and configuration';
  static override examples = ['<%= config.bin %> rollback api', '<%= config.bin %> rollback api 3'];
  static override args = {
    service: serviceArgument,
    version: Args.integer({ min: 1, description: 'which; default: the one that ran before the one that runs' }),
  };
  static override flags = { ...serverFlags, wait: waitFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rollback);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const version = args.version ?? (await this.#before(client, args.service));
    this.note(`back to version ${String(version)}`);
    const id = await client.rollback(args.service, version);
    const options = { wait: flags.wait, progress: this.progress(), signal: this.signal };
    this.deployed('rollback', await followDeployment(client, id, options));
  }

  async #before(client: ServicesClient, service: string): Promise<number> {
    const [, before] = (await client.deployments(service)).filter(({ state }) => state === 'done');
    if (before !== undefined) return before.version;
    throw new UserError(`${service} has no version that ran before the one that runs`, {
      code: 'NO_VERSION',
      suggestions: [`dockerops services show ${service}`],
    });
  }
}
