import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DescribedCommand } from '../lib/cli/arguments/completion/candidate.ts';
import { completeWords } from '../lib/cli/arguments/completion/complete.ts';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { ProjectNames } from '../lib/use-cases/project-names.ts';
import { workingDirectory } from '../lib/cli/arguments/working-directory.ts';

/** What the completion scripts call at each press of the tab key. It prints no error: that would land in the prompt. */
export default class Complete extends BaseCommand {
  static override hidden = true;
  static override description = 'print completions of the last word, one per line: the word, a tab, its description';
  static override endsWithItsReader = true;

  async run(): Promise<void> {
    const words = this.argv.slice(this.argv.indexOf('--') + 1);
    const named = words.findIndex((word) => word === '--project-dir') + 1;
    const environment = named === 0 ? process.env : { ...process.env, PROJECT_DIR: words[named] };
    const names = new ProjectNames({
      packageDirectory: this.config.root,
      homeDirectory: homedir(),
      workingDirectory: workingDirectory(),
      environment,
    });
    const { commands } = JSON.parse(readFileSync(join(this.config.root, 'dist', 'oclif.manifest.json'), 'utf8')) as {
      readonly commands: Readonly<Record<string, DescribedCommand>>;
    };
    const lines = completeWords(words, Object.values(commands), names).map(({ word, about }) =>
      about === undefined ? word : `${word}\t${about.replaceAll(/\s+/g, ' ')}`,
    );
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  protected override async catch(): Promise<void> {}
}
