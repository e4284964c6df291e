import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { ApplyContext } from '../apply/context.ts';
import type { ApplyOutcome } from '../apply/executor.ts';
import { systemClock } from '../daemons/clock.ts';
import { DaemonState } from '../daemons/daemon-state.ts';
import { EngineSource } from '../daemons/engine-source.ts';
import { withGrace } from '../daemons/grace.ts';
import { errorFields, type Log } from '../daemons/log.ts';
import { ReconcileLoop } from '../daemons/reconcile-loop.ts';
import { runParts } from '../daemons/run-parts.ts';
import { StateLog } from '../daemons/state-log.ts';
import { watchEngine } from '../daemons/watch-engine.ts';
import { streamOpened, type EngineEvent } from '../engine/engine.ts';
import { nothingObserved } from '../observe/observe.ts';
import type { Plan } from '../plan/plan.ts';
import { applyContext } from '../use-cases/apply-plan.ts';
import type { OpenEngine } from '../use-cases/open-engine.ts';
import { DeployApi } from './deploy/deploy-api.ts';
import { EngineAccess } from './engine-access.ts';
import { EventHub } from './events/event-hub.ts';
import { EventSockets } from './events/event-sockets.ts';
import { publishChanges } from './events/publish-changes.ts';
import { createApp } from './http/app.ts';
import { Guard } from './http/guard.ts';
import type { Route } from './http/route.ts';
import { JobApi } from './jobs/job-api.ts';
import { JobPass } from './jobs/job-pass.ts';
import { Listeners } from './listeners.ts';
import { progressLog } from './progress-log.ts';
import { deployRoutes } from './routes/deploy-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { serviceRoutes } from './routes/service-routes.ts';
import { withSystemRoutes } from './routes/system-routes.ts';
import { ServerMetrics } from './server-metrics.ts';
import type { ServerSettings } from './settings.ts';
import { ServiceApi } from './services/service-api.ts';
import type { JobStore } from './store/job-store.ts';
import type { ServiceStore } from './store/service-store.ts';
import { serverStates, SwarmHealth, type ServerState } from './swarm-health.ts';

export interface ServerParts {
  readonly settings: ServerSettings;
  readonly version: string;
  readonly store: JobStore;
  readonly services: ServiceStore;
  readonly openEngine: () => Promise<OpenEngine>;
  readonly log: Log;
}

const graceMs = 20_000;
const resyncMs = 30_000;
const backoff = { firstMs: 250, maxMs: 5000 };
/** Operations at once; more do not make a manager faster. */
const width = 8;
const maxStreams = 100;
const clock = systemClock;

/** `dockerops serve`: an HTTP API over a store, and one loop that brings store and Swarm together. */
export class Server {
  readonly #parts: ServerParts;
  readonly #engines: EngineSource;
  readonly #access: EngineAccess;
  readonly #metrics: ServerMetrics;
  readonly #health: SwarmHealth;
  readonly #pass: JobPass;
  readonly #loop: ReconcileLoop;
  readonly #events = new EventHub();
  /** Ends what a pass has begun; later than the server's own signal. */
  #signal: AbortSignal = new AbortController().signal;

  constructor(parts: ServerParts) {
    const { settings, store, services, log, openEngine } = parts;
    this.#parts = parts;
    this.#engines = new EngineSource(openEngine);
    this.#access = new EngineAccess(() => this.#engines.get());
    const states = new StateLog(log);
    const state = new DaemonState<ServerState>('Starting', clock, (name, error) => states.entered(name, error));
    this.#metrics = new ServerMetrics({ names: serverStates, current: () => state.state }, store);
    this.#health = new SwarmHealth(state, async () => (await this.#engines.get()).engine);
    this.#pass = new JobPass({
      store,
      server: settings.name,
      jobsOn: settings.jobsOn,
      keptMs: settings.retentionSeconds * 1000,
      clock,
      apply: (plan, context) => this.#apply(plan, context),
      warn: (text) => log.warn(text),
    });
    this.#loop = new ReconcileLoop({
      reconcile: (_reasons, signal) => this.#reconcile(signal),
      onFailure: (error, retryMs) => log.debug({ ...errorFields(error), retryMs }, 'a pass failed'),
      resyncMs,
      backoff,
      clock,
    });
    publishChanges(this.#events.emit, { services, jobs: store });
    services.onChange(() => {
      this.#loop.wake('service');
    });
  }

  /** Until the signal aborts; what is under way then gets the same time of grace. Rejects when it cannot listen. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, settings } = this.#parts;
    const over = new AbortController();
    const guard = new Guard({ token: settings.token, origins: settings.origins, now: () => clock.now() });
    const app = await this.#createApp(signal, guard);
    const sockets = new EventSockets({ hub: this.#events, guard, signal: AbortSignal.any([signal, over.signal]) });
    const listeners = new Listeners((request, response) => {
      app.routing(request, response);
    }, sockets);
    const closed = whenAborted(AbortSignal.any([signal, over.signal])).then(() => listeners.close(graceMs, clock));
    try {
      for (const address of settings.listen) log.info({ url: await listeners.open(address) }, 'listening');
      await runParts([(inside) => this.#loop.run(inside), (inside) => this.#watch(inside)], signal);
    } finally {
      over.abort();
      await closed;
      await app.close();
    }
  }

  async #createApp(signal: AbortSignal, guard: Guard): Promise<FastifyInstance> {
    const { version, log } = this.#parts;
    const problem = (): string | undefined => this.#health.problem;
    return createApp(withSystemRoutes(this.#routes(), { version, problem, metrics: this.#metrics }), {
      guard,
      version,
      log,
      stopping: signal,
      onAnswer: ({ method, path, status }) => this.#metrics.answered(method, path, status),
    });
  }

  #routes(): readonly Route[] {
    const store = this.#parts.services;
    const now = (): number => clock.date();
    const isIdle = this.#parts.settings.nodeploy;
    return [
      ...jobRoutes({ api: this.#jobApi(), engine: this.#access, clock, maxStreams }),
      ...serviceRoutes(new ServiceApi({ store, now, emit: this.#events.emit })),
      ...deployRoutes(new DeployApi({ store, now, isIdle, preview: async () => ({ operations: [] }) })),
      ...eventRoutes(this.#events),
    ];
  }

  #jobApi(): JobApi {
    return new JobApi({
      store: this.#parts.store,
      memoryMegabytes: this.#parts.settings.memoryMegabytes,
      now: () => clock.date(),
      requireSwarm: (limit) => this.#health.require(limit),
      hasService: (name, limit) =>
        this.#access.ask(async (engine) => (await engine.findSwarmService(name)) !== undefined, limit),
      wake: (reason) => {
        this.#loop.wake(reason);
      },
    });
  }

  async #reconcile(signal: AbortSignal): Promise<{ readonly againMs?: number }> {
    try {
      const result = await withGrace(signal, graceMs, clock, async (late) => {
        this.#signal = late;
        return this.#metrics.timePass(async () => this.#pass.run((await this.#engines.get()).engine));
      });
      this.#health.worked();
      return result;
    } catch (error) {
      this.#engines.failed(error);
      if (!signal.aborted) await this.#health.failed(error);
      throw error;
    }
  }

  async #apply(plan: Plan, context: Pick<ApplyContext, 'registryLogin' | 'onService'>): Promise<ApplyOutcome> {
    const { tools } = await this.#engines.get();
    return tools.applier.apply(plan, {
      ...applyContext(tools, nothingObserved),
      ...context,
      progress: progressLog(this.#parts.log, this.#metrics),
      signal: this.#signal,
      command: 'serve',
      width,
    });
  }

  /** Nodes that come and services that go; of tasks the engine reports nothing. */
  async #watch(signal: AbortSignal): Promise<void> {
    await watchEngine(
      {
        engines: this.#engines,
        actions: ['create', 'update', 'remove'],
        onEvent: (event) => {
          if (isOfSwarm(event)) this.#loop.wake(`${event.type} ${event.action}`);
        },
        onBreak: () => {
          this.#metrics.engineBreaks.inc();
          this.#loop.wake('engine');
        },
        clock,
      },
      signal,
    );
  }
}

function isOfSwarm({ type }: EngineEvent): boolean {
  return type === streamOpened.type || type === 'node' || type === 'service';
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
