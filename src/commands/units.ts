import { Args } from '@oclif/core';
import { renderUnits } from '../lib/cli/render/services-table.ts';
import { serverFlags } from '../lib/cli/server-command.ts';
import { ServicesCommand } from '../lib/cli/services-command.ts';
import { ServicesClient } from '../lib/server/client/services-client.ts';

export default class Units extends ServicesCommand {
  static override description = 'list the units of a server: what runs of its services, and where';
  static override examples = ['<%= config.bin %> units', '<%= config.bin %> units api --json'];
  static override args = { service: Args.string({ description: 'only of this service' }) };
  static override flags = serverFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Units);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const units = await client.units(args.service);
    this.result('units', { units }, (style) => renderUnits(units, style, process.stdout.columns));
  }
}
