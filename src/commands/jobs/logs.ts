import { Flags } from '@oclif/core';
import { jobArgument } from '../../lib/cli/job-argument.ts';
import { ServerCommand, serverFlags } from '../../lib/cli/server-command.ts';
import { copyOutput } from '../../lib/cli/copy-output.ts';
import { definedOnly } from '../../lib/defined.ts';
import { JobsClient } from '../../lib/server/client/jobs-client.ts';

export default class JobsLogs extends ServerCommand {
  static override description = 'show what the latest run of a job has printed';
  static override examples = ['<%= config.bin %> jobs logs report', '<%= config.bin %> jobs logs report --follow'];
  static override args = { job: jobArgument };
  static override flags = {
    ...serverFlags,
    follow: Flags.boolean({ char: 'f', description: 'keep printing new lines until the run is over' }),
    tail: Flags.integer({ char: 'n', min: 0, helpValue: 'COUNT', description: 'at most this many lines, the newest' }),
  };
  static override endsWithItsReader = true;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(JobsLogs);
    const client = new JobsClient(this.serverAddress(flags), this.signal);
    const query = { follow: flags.follow, ...definedOnly({ tail: flags.tail }) };
    await copyOutput(await client.logs(await client.find(args.job), query), process.stdout);
  }
}
