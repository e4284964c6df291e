import { Args, Flags } from '@oclif/core';
import type { OpenProject } from '../use-cases/open-project.ts';
import type { ImportedKeys } from '../use-cases/keys/store-keys.ts';
import { readKeyFile } from './arguments/read-key-file.ts';
import { ProjectCommand } from './project-command.ts';

/** Each command names them itself: oclif reads only the members of a command's own class. */
export const importArgs = { file: Args.string({ required: true, description: 'exported file; - for standard input' }) };
export const importFlags = {
  force: Flags.boolean({ char: 'f', description: 'replace different keys of this project' }),
};

/** Commands that import keys from a file or standard input. */
export abstract class KeyImportCommand extends ProjectCommand {
  /** The command that makes such a file. */
  protected abstract readonly exportCommand: string;

  /** `where`: what to call the text in errors. */
  protected abstract importText(
    opened: OpenProject,
    text: string,
    where: string,
    force: boolean,
  ): Promise<ImportedKeys>;

  async run(): Promise<void> {
    const { args, flags } = await this.parse({ args: importArgs, flags: importFlags, baseFlags: this.ctor.baseFlags });
    const text = await readKeyFile(args.file, `${this.exportCommand} --output FILE`);
    const where = args.file === '-' ? 'the input' : args.file;
    const keys = await this.importText(await this.openProject('all'), text, where, flags.force);
    this.result((this.id ?? '').replaceAll(':', '-'), keys, () => renderImportedKeys(keys));
  }
}

function renderImportedKeys({ imported }: ImportedKeys): string {
  if (imported.length === 0) return 'nothing to import: this project already has these keys';
  return `imported: ${imported.join(', ')}; instances that are already running get them with rerun`;
}
