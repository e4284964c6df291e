import { Flags } from '@oclif/core';
import { ServerCommand, serverFlags } from '../../lib/cli/server-command.ts';
import { renderJobs } from '../../lib/cli/render/jobs-table.ts';
import { JobsClient } from '../../lib/server/client/jobs-client.ts';
import { jobStates } from '../../lib/server/jobs/job.ts';

export default class JobsLs extends ServerCommand {
  static override description = 'list the jobs of a server, newest first';
  static override examples = ['<%= config.bin %> jobs ls', '<%= config.bin %> jobs ls --state failed --json'];
  static override flags = {
    ...serverFlags,
    state: Flags.string({ options: [...jobStates], description: 'only jobs in this state' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(JobsLs);
    const jobs = await new JobsClient(this.serverAddress(flags), this.signal).list(flags.state);
    this.result('jobs-ls', { jobs }, (style) => renderJobs(jobs, style, process.stdout.columns));
  }
}
