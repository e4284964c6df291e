import { Args, Flags } from '@oclif/core';
import { renderDeployPlan } from '../lib/cli/render/deploy-plan-text.ts';
import { serverFlags } from '../lib/cli/server-command.ts';
import { serviceArgument, ServicesCommand, waitFlag } from '../lib/cli/services-command.ts';
import { followDeployment } from '../lib/server/client/follow-deployment.ts';
import { ServicesClient } from '../lib/server/client/services-client.ts';

export default class Deploy extends ServicesCommand {
  static override description = 'deploy the next version of a service of a server, and wait until it runs';
  static override examples = [
    '<%= config.bin %> deploy api',
    '<%= config.bin %> deploy api user/api:1.4.2',
    '<%= config.bin %> deploy api user/api:1.4.2 --dry-run',
  ];
  static override args = {
    service: serviceArgument,
    image: Args.string({ description: 'image of the version; default: the repository of the service' }),
  };
  static override flags = {
    ...serverFlags,
    wait: waitFlag,
    'dry-run': Flags.boolean({ description: 'show what it would do, and do nothing' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Deploy);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const image = args.image ?? (await client.show(args.service)).dockerRepository;
    const pushedAt = Math.floor(Date.now() / 1000);
    if (flags['dry-run']) {
      const plan = await client.plan(args.service, image, pushedAt);
      this.result('deploy-plan', { plan }, () => renderDeployPlan(plan));
      return;
    }
    const id = await client.deploy(args.service, image, pushedAt);
    const options = { wait: flags.wait, progress: this.progress(), signal: this.signal };
    this.deployed('deploy', await followDeployment(client, id, options));
  }
}
