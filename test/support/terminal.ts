import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { launcher } from './cli.ts';
import { eventually } from './eventually.ts';

/** Runs dockerops on a terminal of its own, by script(1), and types answers. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #shown = '';
  #read = 0;

  constructor(words: readonly string[], cwd: string, environment: Readonly<Record<string, string>>) {
    const line = [launcher, ...words].map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', CI: '', ...environment },
    });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#shown += chunk.toString();
    });
    this.#child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve(code ?? -1));
    });
  }

  get shown(): string {
    return this.#shown;
  }

  /** Waits for a text after the one that was awaited last, then types. */
  async answer(text: string, typed: string): Promise<void> {
    await this.see(text);
    this.#child.stdin.write(`${typed}\r`);
  }

  async see(text: string): Promise<void> {
    await eventually(() => {
      const at = this.#shown.indexOf(text, this.#read);
      if (at < 0) throw new Error(`"${text}" has not come; shown: ${this.#shown.slice(this.#read)}`);
      this.#read = at + text.length;
    }, 60_000);
  }

  /** The exit code. */
  end(): Promise<number> {
    return this.#ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
