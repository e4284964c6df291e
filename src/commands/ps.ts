import { Args, Flags } from '@oclif/core';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { renderPs } from '../lib/cli/render/ps-table.ts';
import { UserError } from '../lib/errors.ts';
import { openDns } from '../lib/use-cases/dns/dns-directory.ts';
import { namesByInstance } from '../lib/use-cases/dns/dns-names.ts';
import { listEverything, listRows } from '../lib/use-cases/inspect/list-instances.ts';

export default class Ps extends ProjectCommand {
  static override description = 'list the running instances of the project';
  static override examples = [
    '<%= config.bin %> ps',
    '<%= config.bin %> ps all',
    '<%= config.bin %> ps reallyall',
    '<%= config.bin %> ps postgres --json',
    '<%= config.bin %> ps --dns',
  ];
  static override args = {
    what: Args.string({
      description: 'name of a service, all (also stopped ones), or reallyall (every container on the host)',
    }),
  };
  static override flags = {
    dns: Flags.boolean({ description: 'show the DNS names of each instance' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Ps);
    const opened = await this.openProject('labels').catch((error: unknown) => {
      if (args.what === 'reallyall' && !flags.dns && error instanceof UserError && error.code === 'NO_PROJECT')
        return undefined;
      throw error;
    });
    if (opened === undefined) return this.#show(await listEverything((await this.openEngine()).engine), args.what);
    const rows = await listRows(opened, args.what);
    const names = flags.dns ? await namesByInstance(await openDns(opened)) : undefined;
    this.#show(
      names === undefined ? rows : rows.map((row) => ({ ...row, names: names.get(row.key) ?? [] })),
      args.what,
    );
  }

  #show(instances: Parameters<typeof renderPs>[0], what: string | undefined): void {
    this.result('ps', { instances }, (style) =>
      renderPs(instances, style, { width: process.stdout.columns, everyProject: what === 'reallyall' }),
    );
  }
}
