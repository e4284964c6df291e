import { jobArgument } from '../../lib/cli/job-argument.ts';
import { ServerCommand, serverFlags } from '../../lib/cli/server-command.ts';
import { JobsClient } from '../../lib/server/client/jobs-client.ts';

export default class JobsStop extends ServerCommand {
  static override description = 'stop a job and remove its service, and with it its log';
  static override examples = ['<%= config.bin %> jobs stop report'];
  static override args = { job: jobArgument };
  static override flags = serverFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(JobsStop);
    const client = new JobsClient(this.serverAddress(flags), this.signal);
    const id = await client.find(args.job);
    await client.stop(id);
    this.result('jobs-stop', { id }, () => `${args.job} stopped`);
  }
}
