import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launcher } from './cli.ts';

/** One command of a console block and the lines that are shown below it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
}

export function commandsOf(text: string): readonly ShownCommand[] {
  const commands: { readonly command: string; readonly output: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] });
    else if (line !== '') commands.at(-1)?.output.push(line);
  }
  return commands;
}

/**
 * A pattern for the line of output that a page shows: ids, addresses, times in seconds and the width of columns may
 * differ. A line that ends with `…` need only begin like that.
 */
export function patternOf(line: string): RegExp {
  const isStart = line.endsWith('…');
  const words = line
    .replace(/…$/, '')
    .trim()
    .split(/\s+/)
    .map((word) =>
      word
        .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll(/\b(?!127\\)\d+\\\.\d+\\\.\d+\\\.\d+/g, String.raw`[\d.]+`)
        .replaceAll(/\b[0-9a-f]{12}\b/g, '[0-9a-f]{12}')
        .replaceAll(/\b\d{10}\b/g, String.raw`\d{10}`),
    );
  return new RegExp(`^\\s*${words.join('\\s+')}${isStart ? '' : '\\s*$'}`, 'm');
}

/**
 * A shell that keeps its directory from command to command, with `dockerops` in its PATH. The project has another name
 * than on the page.
 */
export class GuideSession {
  readonly #root: string;
  readonly #project: string;
  #directory: string;

  constructor(root: string, project: string) {
    this.#root = root;
    this.#project = project;
    this.#directory = root;
  }

  async open(): Promise<void> {
    const program = join(this.#root, 'bin', 'dockerops');
    await mkdir(dirname(program), { recursive: true });
    await symlink(launcher, program);
  }

  get directory(): string {
    return this.#directory;
  }

  /** A text of the page with the name of this session's project in place of `shop`. */
  named(text: string): string {
    return text.replaceAll(/\bshop\b/g, this.#project).replaceAll('data_shop', `data_${this.#project}`);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.#directory, path)), { recursive: true });
    await writeFile(join(this.#directory, path), `${text}\n`);
  }

  /** Standard output and error together, as on a screen. */
  async run(command: string): Promise<{ readonly code: number; readonly text: string }> {
    const place = join(this.#root, 'directory');
    const result = await new Promise<{ readonly code: number; readonly text: string }>((resolve) => {
      const env = { ...process.env, NO_COLOR: '1', PATH: `${join(this.#root, 'bin')}:${process.env['PATH'] ?? ''}` };
      const child = execFile(
        'bash',
        ['-c', `trap 'pwd > "${place}"' EXIT\n${command}`],
        { cwd: this.#directory, env, timeout: 180_000 },
        (error, stdout, stderr) =>
          resolve({
            code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
            text: stderr + stdout,
          }),
      );
      child.stdin?.end();
    });
    this.#directory = (await readFile(place, 'utf8')).trim();
    return result;
  }
}
