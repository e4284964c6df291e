import { Args, Flags } from '@oclif/core';
import { definedOnly } from '../lib/defined.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { conf } from '../lib/cli/arguments/instance-flags.ts';
import { printablePlan } from '../lib/cli/render/plan-json.ts';
import { renderShipped } from '../lib/cli/render/ship-text.ts';
import { failedHosts } from '../lib/use-cases/hosts/failed-hosts.ts';
import { shipImages } from '../lib/use-cases/hosts/ship-images.ts';

export default class Ship extends ChangeCommand {
  static override description =
    'send what is missing there of the images of the project to hosts of hosts.conf, over ssh and without a registry';
  static override examples = [
    '<%= config.bin %> ship oak elm',
    '<%= config.bin %> ship:oak,elm',
    '<%= config.bin %> ship oak --dry-run',
  ];
  static override args = {
    hosts: Args.string({ required: true, multiple: true, description: 'names of hosts, as hosts.conf has them' }),
  };
  static override flags = {
    conf,
    locked: Flags.boolean({
      allowNo: true,
      description: 'the images of dockerops.lock; default where there is a lock',
    }),
    service: Flags.string({ multiple: true, helpValue: 'NAME', description: 'only the image of this service' }),
    all: Flags.boolean({ description: 'also images of services without an entry in run.conf' }),
    'dry-run': Flags.boolean({ description: 'show what would be sent, and how much' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Ship);
    const { service, locked: isLocked, all } = flags;
    const dryRun = flags['dry-run'];
    const opened = await this.openProject('all', flags.conf);
    const request = { hosts: args.hosts, all, dryRun, ...definedOnly({ services: service, locked: isLocked }) };
    const hosts = await shipImages(opened, this.invocation(flags.conf), request, this.changeContext());
    const documents = hosts.map(({ host, plan, done, error }) => ({
      host,
      ...(plan === undefined ? {} : printablePlan(plan)),
      done,
      ...definedOnly({ error: error?.message }),
    }));
    this.result('ship', { hosts: documents }, (style) => renderShipped(hosts, style, dryRun));
    const failure = failedHosts(hosts);
    if (failure !== undefined) throw failure;
  }
}
