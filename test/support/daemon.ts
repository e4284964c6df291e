import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from './cli.ts';
import { eventually } from './eventually.ts';

/** A daemon of dockerops as a child process, with its pages on a free port. */
export class TestDaemon<State> {
  readonly #child: ChildProcess;
  #log = '';

  constructor(command: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(launcher, [command, '--listen', '127.0.0.1:0', ...words], {
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

  get log(): string {
    return this.#log;
  }

  async page(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.#url()}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async state(): Promise<State> {
    return JSON.parse((await this.page('/api/state')).text) as State;
  }

  /** Returns when the check passes; after the limit it rejects with the daemon's log. */
  async until(check: (state: State) => void, limitMs = 20_000): Promise<State> {
    return eventually(async () => {
      const state = await this.state();
      check(state);
      return state;
    }, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#log}`, { cause: error });
    });
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

  #url(): string {
    // The last one: it may have started again with other settings.
    const url = [...this.#log.matchAll(/"http":"([^"]+)"/g)].at(-1)?.[1];
    if (url === undefined) throw new Error(`it does not listen yet: ${this.#log}`);
    return url;
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}
