import type { BackoffOptions } from '../backoff.ts';
import type { EngineEvent } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { EngineSource } from './engine-source.ts';
import { errorFields, type Log } from './log.ts';
import type { Counter, DaemonMetrics } from './metrics.ts';
import { openPages, type ListenAddress, type OpenPages } from './pages.ts';
import { ReconcileLoop, type LoopOptions, type Settle } from './reconcile-loop.ts';
import { runParts } from './run-parts.ts';
import { watchEngine } from './watch-engine.ts';

export interface FrameOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly engines: EngineSource;
  /** Also the document of `/api/state`. */
  readonly status: { readonly isRunning: boolean };
  readonly metrics: DaemonMetrics & { readonly engineBreaks: Counter };
  /** Undefined: no pages. */
  readonly listen: ListenAddress | undefined;
  /** Actions of the engine's events after which a pass may find something else. */
  readonly actions: readonly string[];
  readonly agent: Agent;
  readonly backoff: BackoffOptions;
  readonly settle?: Settle;
}

/** What is particular to a daemon. */
interface Agent {
  onEvent(event: EngineEvent): void;
  pass(signal: AbortSignal): ReturnType<LoopOptions['reconcile']>;
}

const resyncMs = 60_000;

/** What a daemon has around its agent: the loop of passes, the engine's events that wake it, and the pages. */
export class DaemonFrame {
  readonly #options: FrameOptions;
  readonly #loop: ReconcileLoop;

  constructor(options: FrameOptions) {
    this.#options = options;
    this.#loop = new ReconcileLoop(this.#loopOptions());
  }

  /** Something may have changed, as an event of the engine says: asks for a pass. */
  wake(reason: string, event?: EngineEvent): void {
    this.#loop.wake(reason, event);
  }

  /** Undefined: there are none. Rejects when it cannot listen. */
  async openPages(): Promise<OpenPages | undefined> {
    const { listen, status, metrics, log } = this.#options;
    if (listen === undefined) return undefined;
    return openPages({ state: () => status, isHealthy: () => status.isRunning, metrics }, listen, log);
  }

  /** Makes passes and follows the engine, together with parts of the daemon's own, until the signal aborts. */
  async run(signal: AbortSignal, parts: Parameters<typeof runParts>[0]): Promise<void> {
    await runParts([(inside) => this.#loop.run(inside), (inside) => this.#watchEngine(inside), ...parts], signal);
  }

  #loopOptions(): LoopOptions {
    const { log, clock, engines, backoff, settle } = this.#options;
    return {
      clock,
      resyncMs,
      backoff,
      ...(settle === undefined ? {} : { settle }),
      reconcile: (reasons, signal) => this.#pass(reasons, signal),
      onFailure: (error, retryMs) => {
        engines.failed(error);
        log.error({ ...errorFields(error), retryMs }, 'a pass failed');
      },
    };
  }

  #pass(reasons: readonly string[], signal: AbortSignal): ReturnType<LoopOptions['reconcile']> {
    const { log, metrics, agent } = this.#options;
    log.debug({ reasons }, 'pass');
    return metrics.timePass(() => agent.pass(signal));
  }

  #watchEngine(signal: AbortSignal): Promise<void> {
    const { engines, actions, clock, agent, log, metrics } = this.#options;
    const onEvent = (event: EngineEvent): void => {
      agent.onEvent(event);
    };
    const onBreak = (error: unknown, retryMs: number): void => {
      log.warn({ error: messageOf(error), retryMs }, 'the engine does not answer');
      metrics.engineBreaks.inc();
      this.wake('engine failed');
    };
    return watchEngine({ engines, actions, clock, onEvent, onBreak }, signal);
  }
}
