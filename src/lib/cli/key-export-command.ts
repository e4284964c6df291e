import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { UserError } from '../errors.ts';
import { writeKeyFile } from '../use-cases/keys/key-file.ts';
import type { OpenProject } from '../use-cases/open-project.ts';
import { ProjectCommand } from './project-command.ts';

/** Each command names them itself: oclif reads only the members of a command's own class. */
export const exportFlags = {
  output: Flags.string({ char: 'o', helpValue: 'FILE', description: 'new file to write, readable by you only' }),
};

/** Commands that export keys: to a new file, or to standard output unless that is a terminal. */
export abstract class KeyExportCommand extends ProjectCommand {
  /** What somebody with the file can do, for a warning: `lets anyone log in to …`. */
  protected abstract readonly risk: string;

  protected abstract exportText(opened: OpenProject): Promise<string>;

  /** The exported text as part of a JSON document. */
  protected abstract documentOf(text: string): object;

  async run(): Promise<void> {
    const { flags } = await this.parse({ flags: exportFlags, baseFlags: this.ctor.baseFlags });
    const text = await this.exportText(await this.openProject('all'));
    if (flags.output !== undefined) return this.#write(resolve(flags.output), text);
    // A key on a terminal stays in its scrollback.
    if (process.stdout.isTTY && !this.shared.yes) throw this.#onTerminal();
    this.result(this.#schema, this.documentOf(text), () => text);
  }

  async #write(file: string, text: string): Promise<void> {
    await writeKeyFile(file, text);
    this.result(this.#schema, { file }, () => `${file}: ${this.risk}; delete it once it is imported`);
  }

  #onTerminal(): UserError {
    return new UserError('keys are not shown on a terminal', {
      code: 'KEY_ON_TERMINAL',
      suggestions: [`dockerops ${this.#words} --output FILE`, 'print them anyway: --yes'],
    });
  }

  get #schema(): string {
    return (this.id ?? '').replaceAll(':', '-');
  }

  get #words(): string {
    return (this.id ?? '').replaceAll(':', ' ');
  }
}
