import { Flags } from '@oclif/core';
import { timeout } from '../lib/cli/arguments/common-flags.ts';
import { instance, service } from '../lib/cli/arguments/instance-flags.ts';
import { ChangeCommand } from '../lib/cli/change-command.ts';
import { renderBackup } from '../lib/cli/render/backup-text.ts';
import { definedOnly } from '../lib/defined.ts';
import { backupData } from '../lib/use-cases/data/backup-data.ts';
import { workingDirectory } from '../lib/cli/arguments/working-directory.ts';

export default class Backup extends ChangeCommand {
  static override description =
    'save the persistent data of an instance to a file with a checksum; the instance is paused meanwhile';
  static override examples = [
    '<%= config.bin %> backup postgres --instance master',
    '<%= config.bin %> backup postgres --instance master --stop --output nightly.tar.gz',
    '<%= config.bin %> backup:postgres,instance=master,output=nightly.tar',
  ];
  static override args = { service };
  static override flags = {
    instance,
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'file to write, compressed if its name ends in .gz; default: PROJECT-SERVICE-INSTANCE-TIME.tar.gz',
    }),
    stop: Flags.boolean({ description: 'stop the instance and start it again, instead of pausing it' }),
    timeout,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Backup);
    const opened = await this.openProject('all');
    const request = definedOnly({
      service: args.service,
      instance: flags.instance,
      output: flags.output,
      stop: flags.stop,
      timeoutSeconds: flags.timeout,
      workingDirectory: workingDirectory(),
      now: new Date(),
    });
    const result = await backupData(opened, request, this.chooseInstance(args.service), this.changeContext());
    const { key, file, bytes, sha256, taken } = result;
    this.result('backup', { instance: key, file, bytes, sha256, taken }, () => renderBackup(result));
  }
}
