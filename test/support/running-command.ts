import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from './cli.ts';
import type { Playground } from './playground.ts';

/** dockerops without a terminal, in a process group of its own, so that a test can send it signals. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #errors = '';

  /** `wrapper`: program and arguments that start it, such as nohup(1). */
  constructor(playground: Playground, words: readonly string[], wrapper: readonly string[] = []) {
    const [program = launcher, ...args] = [...wrapper, launcher, ...words];
    this.#child = spawn(program, args, {
      cwd: playground.directory,
      env: { ...process.env, NO_COLOR: '1', ...playground.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#ended = once(this.#child, 'close');
  }

  get errors(): string {
    return this.#errors;
  }

  /** To the process alone. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** To the process and its children, as a terminal does it. */
  signalGroup(name: NodeJS.Signals): void {
    process.kill(-(this.#child.pid ?? 0), name);
  }

  /** Its exit code, and null when a signal has killed it. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }
}
