import type { Clock } from '../clock.ts';
import type { CheckStatus } from '../../directories/node-directory.ts';

/** A command in a container that says how a service is. */
export interface ScriptCheck {
  readonly id: string;
  /** Id of the container. */
  readonly container: string;
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

export interface ScriptChecksOptions {
  readonly exec: (container: string, command: readonly string[], limitMs: number) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  readonly report: (checkId: string, status: CheckStatus, output: string) => Promise<void>;
  /** Consul did not take a report. The next one comes with the next run. */
  readonly onFailure: (checkId: string, error: unknown) => void;
  readonly clock: Clock;
}

/** What Consul keeps of it. */
export const longestOutput = 4000;

/** Runs scripts in containers, each at its interval, and tells the directory: 0 is passing, 1 a warning, all else critical. */
export class ScriptChecks {
  readonly #options: ScriptChecksOptions;
  readonly #running = new Map<string, { readonly text: string; readonly stop: AbortController }>();

  constructor(options: ScriptChecksOptions) {
    this.#options = options;
  }

  /** Starts what is new or changed, stops what is gone, leaves the others as they run. */
  set(checks: readonly ScriptCheck[]): void {
    const wanted = new Map(checks.map((check) => [check.id, check]));
    for (const [id, { text, stop }] of this.#running) {
      const check = wanted.get(id);
      if (check !== undefined && JSON.stringify(check) === text) continue;
      stop.abort();
      this.#running.delete(id);
    }
    for (const check of checks) if (!this.#running.has(check.id)) this.#start(check);
  }

  #start(check: ScriptCheck): void {
    const stop = new AbortController();
    this.#running.set(check.id, { text: JSON.stringify(check), stop });
    void this.#repeat(check, stop.signal);
  }

  async #repeat(check: ScriptCheck, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#once(check, signal);
      await this.#options.clock.sleep(check.intervalSeconds * 1000, signal);
    }
  }

  async #once({ id, container, command, timeoutSeconds }: ScriptCheck, signal: AbortSignal): Promise<void> {
    const result = await this.#options.exec(container, command, timeoutSeconds * 1000).catch((error: unknown) => ({ exitCode: -1, stdout: '', stderr: error instanceof Error ? error.message : String(error) }));
    if (signal.aborted) return;
    const output = `${result.stdout}${result.stderr}`.slice(0, longestOutput);
    const status = result.exitCode === 0 ? 'passing' : result.exitCode === 1 ? 'warning' : 'critical';
    await this.#options.report(id, status, output).catch((error: unknown) => { this.#options.onFailure(id, error); });
  }
}
