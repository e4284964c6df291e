import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from './cli.ts';
import { eventually } from './eventually.ts';

/** A command of dockerops that runs until it is ended, as a child process; killed when the test process ends. */
export class DaemonProcess {
  readonly #child: ChildProcess;
  #log = '';

  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(launcher, words, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    process.once('exit', this.#kill);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has written to standard error. */
  get log(): string {
    return this.#log;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its exit code, and null when it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** The addresses that it has logged under this name, at least one, the oldest first. */
  protected loggedUrls(field: 'http' | 'url'): readonly string[] {
    const urls = [...this.#log.matchAll(new RegExp(`"${field}":"([^"]+)"`, 'g'))].map(([, url = '']) => url);
    if (urls.length === 0) throw new Error(`it does not listen yet: ${this.#log}`);
    return urls;
  }

  /** What `ask` resolves with, once the check passes on it; after the limit it rejects with the log. */
  protected async untilPasses<T>(ask: () => Promise<T>, check: (value: T) => void, limitMs: number): Promise<T> {
    return eventually(async () => {
      const value = await ask();
      check(value);
      return value;
    }, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#log.slice(-8000)}`, { cause: error });
    });
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}
