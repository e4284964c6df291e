import { messageOf } from '../../errors.ts';
import { Limiter } from '../../limiter.ts';
import type { CheckStatus } from '../../directories/service-directory.ts';
import type { Clock } from '../clock.ts';

/** A command in a container that checks a service. */
export interface ScriptCheck {
  readonly id: string;
  /** Id of the container. */
  readonly container: string;
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

export interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptChecksOptions {
  /** Settles when the command has ended, however long that takes, or when the signal aborts. */
  readonly exec: (container: string, command: readonly string[], signal: AbortSignal) => Promise<ScriptResult>;
  readonly report: (checkId: string, status: CheckStatus, output: string) => Promise<void>;
  /** A report was not accepted. The next one comes with the next run. */
  readonly onFailure: (checkId: string, error: unknown) => void;
  readonly clock: Clock;
  /** From 0 to 1; tests pass their own. */
  readonly random?: () => number;
}

/** Bytes of output that Consul keeps. */
export const maxOutput = 4000;
const maxAtOnce = 16;

/**
 * Runs scripts in containers, each at its interval, and reports the results: exit code 0 is passing, 1 a warning, any
 * other critical. The engine cannot end a command that hangs, so no check is started while its last run has not ended.
 */
export class ScriptChecks {
  readonly #options: ScriptChecksOptions;
  readonly #running = new Map<string, { readonly text: string; readonly stop: AbortController }>();
  /** Commands that have not ended, by check, container and command: they outlive a check that is replaced. */
  readonly #unended = new Map<string, Promise<unknown>>();
  readonly #closed = new AbortController();
  readonly #limiter = new Limiter(maxAtOnce);

  constructor(options: ScriptChecksOptions) {
    this.#options = options;
  }

  /** Starts what is new or changed, stops what is gone, leaves the others running. */
  set(checks: readonly ScriptCheck[]): void {
    const desired = new Map(checks.map((check) => [check.id, check]));
    for (const [id, { text, stop }] of this.#running) {
      const check = desired.get(id);
      if (check !== undefined && JSON.stringify(check) === text) continue;
      stop.abort();
      this.#running.delete(id);
    }
    for (const check of checks) if (!this.#running.has(check.id)) this.#start(check);
  }

  /** For good; commands that still run are not awaited. */
  close(): void {
    this.set([]);
    this.#closed.abort();
  }

  #start(check: ScriptCheck): void {
    const stop = new AbortController();
    this.#running.set(check.id, { text: JSON.stringify(check), stop });
    void this.#repeat(check, stop.signal);
  }

  /**
   * The first run is at once, because a service gets no traffic before it passes. The second one follows after a random
   * part of the interval, so that checks that started together spread.
   */
  async #repeat(check: ScriptCheck, signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    for (let part = random(); !signal.aborted; part = 1) {
      await this.#unended.get(nameOf(check));
      if (isOver(signal)) return;
      await this.#limiter.run(0, () => this.#runAndReport(check, signal));
      await clock.sleep(check.intervalSeconds * 1000 * part, signal);
    }
  }

  async #runAndReport(check: ScriptCheck, signal: AbortSignal): Promise<void> {
    // While this waited for the limiter, it may have been stopped, or the same command started by another check.
    if (signal.aborted || this.#unended.has(nameOf(check))) return;
    const { exitCode, stdout, stderr } = await this.#run(check, signal);
    if (isOver(signal)) return;
    const status = exitCode === 0 ? 'passing' : exitCode === 1 ? 'warning' : 'critical';
    await this.#options.report(check.id, status, `${stdout}${stderr}`.slice(0, maxOutput)).catch((error: unknown) => {
      this.#options.onFailure(check.id, error);
    });
  }

  async #run(check: ScriptCheck, signal: AbortSignal): Promise<ScriptResult> {
    const { exec, clock } = this.#options;
    const name = nameOf(check);
    const ended = exec(check.container, check.command, this.#closed.signal).catch((error: unknown) =>
      failed(messageOf(error)),
    );
    this.#unended.set(name, ended);
    void ended.then(() => this.#unended.delete(name));
    const stop = new AbortController();
    const late = clock
      .sleep(check.timeoutSeconds * 1000, AbortSignal.any([signal, stop.signal]))
      .then(() => failed(`no result within ${String(check.timeoutSeconds)} s; the next run starts when it has ended`));
    const result = await Promise.race([ended, late]);
    stop.abort();
    return result;
  }
}

function failed(stderr: string): ScriptResult {
  return { exitCode: -1, stdout: '', stderr };
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function nameOf({ id, container, command }: ScriptCheck): string {
  return JSON.stringify([id, container, command]);
}
