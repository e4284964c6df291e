import { serverFlags } from '../lib/cli/server-command.ts';
import { ServicesCommand } from '../lib/cli/services-command.ts';
import type { EventAnswer } from '../lib/event-stream.ts';
import { readEvents } from '../lib/server/client/read-events.ts';
import { ServicesClient } from '../lib/server/client/services-client.ts';

export default class Events extends ServicesCommand {
  static override description = 'print what happens on a server, one line for each event, until Ctrl-C';
  static override examples = ['<%= config.bin %> events', '<%= config.bin %> events --json'];
  static override flags = serverFlags;
  static override endsWithItsReader = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Events);
    const client = new ServicesClient(this.serverAddress(flags), this.signal);
    const onLost = (reason: string): void => this.warning(`${reason}; trying again`);
    for await (const event of readEvents(client, this.signal, onLost)) this.#show(event);
  }

  /** Under --json a document of one line, so that other programs can read them as they come. */
  #show({ id, event, args }: EventAnswer): void {
    if (this.shared.json) process.stdout.write(`${JSON.stringify({ id, event, args })}\n`);
    else this.print(`${event} ${args.map((each) => JSON.stringify(each)).join(' ')}`);
  }
}
