import { Flags } from '@oclif/core';
import { timeout } from '../lib/cli/arguments/common-flags.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { renderRestore } from '../lib/cli/render/backup-text.ts';
import { definedOnly } from '../lib/defined.ts';
import { restoreData } from '../lib/use-cases/data/restore-data.ts';
import { workingDirectory } from '../lib/cli/arguments/working-directory.ts';

export default class Restore extends ChangeCommand {
  static override description =
    'replace the data of an instance with that of a backup; the present data is moved aside, never removed';
  static override examples = [
    '<%= config.bin %> restore postgres --instance master --file nightly.tar.gz',
    '<%= config.bin %> restore:postgres,instance=master,file=nightly.tar.gz',
  ];
  static override args = { service };
  static override flags = {
    instance,
    file: Flags.string({ required: true, helpValue: 'FILE', description: 'file made by backup' }),
    force: Flags.boolean({ char: 'f', description: 'accept a backup of another service' }),
    'same-modes': Flags.boolean({
      description: 'keep setuid and setgid bits and capabilities: only for a backup that nobody else could change',
    }),
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Restore);
    const opened = await this.openProject('all');
    const request = definedOnly({
      service: args.service,
      instance: flags.instance,
      file: flags.file,
      force: flags.force,
      sameModes: flags['same-modes'],
      timeoutSeconds: flags.timeout,
      workingDirectory: workingDirectory(),
      now: new Date(),
    });
    const result = await restoreData(opened, request, this.chooseInstance(args.service), this.changeContext());
    const { key, directory, asideSuffix, manifest } = result;
    this.result('restore', { instance: key, directory, aside_suffix: asideSuffix, backup: manifest }, () =>
      renderRestore(result),
    );
  }
}
