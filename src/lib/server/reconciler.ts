import type { ApplyContext } from '../apply/context.ts';
import type { ApplyOutcome } from '../apply/executor.ts';
import { systemClock } from '../daemons/clock.ts';
import type { EngineSource } from '../daemons/engine-source.ts';
import { withGrace } from '../daemons/grace.ts';
import { errorFields, type Log } from '../daemons/log.ts';
import { ReconcileLoop } from '../daemons/reconcile-loop.ts';
import { runParts } from '../daemons/run-parts.ts';
import { watchEngine } from '../daemons/watch-engine.ts';
import { streamOpened, type EngineEvent } from '../engine/engine.ts';
import { label } from '../labels.ts';
import { nothingObserved } from '../observe/observe.ts';
import type { Plan } from '../plan/plan.ts';
import { applyContext } from '../use-cases/apply-plan.ts';
import { Balancers } from './balancer/balancers.ts';
import { DeployPass } from './deploy/deploy-pass.ts';
import type { DeployTools } from './deploy/deploy-tools.ts';
import { JobPass } from './jobs/job-pass.ts';
import { progressLog } from './progress-log.ts';
import type { ServerMetrics } from './server-metrics.ts';
import { ServerPass, type PassResult } from './server-pass.ts';
import type { ServerSettings } from './settings.ts';
import type { JobStore } from './store/job-store.ts';
import type { ServiceStore } from './store/service-store.ts';
import type { SwarmHealth } from './swarm-health.ts';

export interface ReconcilerParts {
  readonly settings: ServerSettings;
  readonly store: JobStore;
  readonly services: ServiceStore;
  readonly relayToken: () => Promise<string>;
  readonly engines: EngineSource;
  readonly health: SwarmHealth;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  readonly onUnits: DeployTools['onUnits'];
}

export const graceMs = 20_000;
const resyncMs = 30_000;
const backoff = { firstMs: 250, maxMs: 5000 };
/** Who has asked for something waits for it, and a pass is a few calls to the engine. */
const settle = { quietMs: 10, maxMs: 100 };
/** Operations at once; more do not make a manager faster. */
const width = 8;
const clock = systemClock;
/** Units that come and go, services and nodes of a Swarm; of tasks the engine reports nothing. */
const actions = ['create', 'update', 'remove', 'start', 'die', 'destroy', 'health_status'];

/** The one loop of a server: it brings what the store has and what the engine has together. */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #pass: ServerPass;
  readonly #loop: ReconcileLoop;
  readonly balancers: Balancers;
  /** Ends what goes on beside the passes. */
  readonly #late = new AbortController();

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.balancers = new Balancers({
      server: parts.settings.name,
      domain: parts.settings.domain,
      token: parts.relayToken,
      engine: async () => (await parts.engines.get()).engine,
      apply: (plan) => this.#apply(plan, {}),
      wake: (reason) => {
        this.wake(reason);
      },
    });
    this.#pass = new ServerPass(this.#jobPass(), parts.settings.nodeploy ? undefined : this.#deployPass());
    this.#loop = new ReconcileLoop({
      reconcile: (_reasons, signal) => this.#reconcile(signal),
      onFailure: (error, retryMs) => parts.log.debug({ ...errorFields(error), retryMs }, 'a pass failed'),
      resyncMs,
      backoff,
      clock,
      settle,
    });
  }

  /** Something may have changed. */
  readonly wake = (reason: string): void => {
    this.#loop.wake(reason);
  };

  /** Until the signal aborts; what is under way then gets a time of grace, unless `lost` aborts: others work now. */
  async run(signal: AbortSignal, lost?: AbortSignal): Promise<void> {
    lost?.addEventListener('abort', () => this.#late.abort(), { once: true });
    try {
      await runParts([(inside) => this.#loop.run(inside), (inside) => this.#watch(inside)], signal);
    } finally {
      await Promise.race([this.#pass.idle(), clock.sleep(graceMs, this.#late.signal)]);
      this.#late.abort();
    }
  }

  #jobPass(): JobPass {
    const { settings, store, log } = this.#parts;
    return new JobPass({
      store,
      server: settings.name,
      jobsOn: settings.jobsOn,
      keptMs: settings.retentionSeconds * 1000,
      clock,
      apply: (plan, context) => this.#apply(plan, context),
      warn: (text) => log.warn(text),
    });
  }

  #deployPass(): DeployPass {
    const { settings, services, log, onUnits } = this.#parts;
    return new DeployPass({
      store: services,
      server: settings.name,
      publicPort: settings.publicPort,
      timeoutMs: settings.deployTimeoutSeconds * 1000,
      clock,
      apply: (plan, context) => this.#apply(plan, context),
      balancing: this.balancers,
      onUnits,
      wake: this.wake,
      warn: (text) => log.warn(text),
    });
  }

  async #reconcile(signal: AbortSignal): Promise<PassResult> {
    const { engines, metrics, health } = this.#parts;
    try {
      const result = await withGrace(signal, graceMs, clock, () =>
        metrics.timePass(async () => this.#pass.run((await engines.get()).engine)),
      );
      health.worked(result.swarm);
      return result;
    } catch (error) {
      engines.failed(error);
      if (!signal.aborted) await health.failed(error);
      throw error;
    }
  }

  async #apply(plan: Plan, context: Partial<ApplyContext>): Promise<ApplyOutcome> {
    const { engines, log, metrics } = this.#parts;
    const { tools } = await engines.get();
    return tools.applier.apply(plan, {
      ...applyContext(tools, nothingObserved),
      ...context,
      progress: progressLog(log, metrics),
      signal: this.#late.signal,
      command: 'serve',
      width,
    });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { engines, metrics, settings } = this.#parts;
    await watchEngine(
      {
        engines,
        actions,
        onEvent: (event) => {
          if (isOfServer(event, settings.name)) this.wake(`${event.type} ${event.action}`);
        },
        onBreak: () => {
          metrics.engineBreaks.inc();
          this.wake('engine');
        },
        clock,
      },
      signal,
    );
  }
}

function isOfServer({ type, labels }: EngineEvent, server: string): boolean {
  if (type === 'container') return labels[label.server] === server;
  return type === streamOpened.type || type === 'node' || type === 'service';
}
