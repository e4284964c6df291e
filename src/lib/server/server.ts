import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { systemClock } from '../daemons/clock.ts';
import { DaemonState } from '../daemons/daemon-state.ts';
import { EngineSource } from '../daemons/engine-source.ts';
import type { Log } from '../daemons/log.ts';
import { runParts } from '../daemons/run-parts.ts';
import { StateLog } from '../daemons/state-log.ts';
import type { OpenEngine } from '../use-cases/open-engine.ts';
import type { Balancers } from './balancer/balancers.ts';
import { LoadBalancerApi } from './balancer/load-balancer-api.ts';
import { DeployApi } from './deploy/deploy-api.ts';
import { previewDeploy } from './deploy/preview.ts';
import { UnitApi } from './deploy/unit-api.ts';
import { unitDocument } from './deploy/unit-document.ts';
import { DnsApi } from './dns/dns-api.ts';
import { Zones } from './dns/zones.ts';
import { EngineAccess, engineLimitMs } from './engine-access.ts';
import { EventHub } from './events/event-hub.ts';
import { EventSockets } from './events/event-sockets.ts';
import { publishChanges } from './events/publish-changes.ts';
import { createApp } from './http/app.ts';
import { Guard } from './http/guard.ts';
import type { Route } from './http/route.ts';
import { JobApi } from './jobs/job-api.ts';
import { Listeners } from './listeners.ts';
import type { PageFiles } from './page/page-files.ts';
import { graceMs, Reconciler } from './reconciler.ts';
import { balancerRoutes } from './routes/balancer-routes.ts';
import { clusterRoutes } from './routes/cluster-routes.ts';
import { deployRoutes } from './routes/deploy-routes.ts';
import { dnsRoutes } from './routes/dns-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { serviceRoutes } from './routes/service-routes.ts';
import { withSystemRoutes } from './routes/system-routes.ts';
import { ServerMetrics } from './server-metrics.ts';
import type { ServerSettings } from './settings.ts';
import type { ServiceVersion } from './services/service.ts';
import { ServiceApi } from './services/service-api.ts';
import type { JobStore } from './store/job-store.ts';
import type { SharedStore } from './store/open-database.ts';
import type { ServiceStore } from './store/service-store.ts';
import { serverStates, SwarmHealth, type ServerState } from './swarm-health.ts';

export interface ServerParts {
  readonly settings: ServerSettings;
  readonly version: string;
  readonly store: JobStore;
  readonly services: ServiceStore;
  readonly relayToken: () => Promise<string>;
  /** Absent: no other server has the store. */
  readonly shared?: SharedStore;
  readonly openEngine: () => Promise<OpenEngine>;
  /** Absent: there is nothing at `/`. */
  readonly page?: PageFiles;
  readonly log: Log;
}

const maxStreams = 100;
const lookMs = 10_000;
const clock = systemClock;

/** `dockerops serve`: an HTTP API over a store, and one loop that brings store and engine together. */
export class Server {
  readonly #parts: ServerParts;
  readonly #engines: EngineSource;
  readonly #access: EngineAccess;
  readonly #metrics: ServerMetrics;
  readonly #health: SwarmHealth;
  /** While this server is the one that works. */
  #reconciler: Reconciler | undefined;
  readonly #events = new EventHub();

  constructor(parts: ServerParts) {
    const { store, services, log, openEngine } = parts;
    this.#parts = parts;
    this.#engines = new EngineSource(openEngine);
    this.#access = new EngineAccess(() => this.#engines.get());
    const states = new StateLog(log);
    const state = new DaemonState<ServerState>('Starting', clock, (name, error) => states.entered(name, error));
    this.#metrics = new ServerMetrics({ names: serverStates, current: () => state.state }, store);
    this.#health = new SwarmHealth(state, async () => (await this.#engines.get()).engine);
    publishChanges(this.#events.emit, { services, jobs: store });
    services.onChange(() => {
      this.#reconciler?.wake('service');
    });
  }

  /** Until the signal aborts; what is under way then gets the same time of grace. Rejects when it cannot listen. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, settings } = this.#parts;
    const over = new AbortController();
    const guard = new Guard({ token: settings.token, origins: settings.origins, now: () => clock.now() });
    const app = await this.#createApp(signal, guard);
    const sockets = new EventSockets({ hub: this.#events, guard, signal: AbortSignal.any([signal, over.signal]) });
    const answer: RequestListener = (request, response) => {
      app.routing(request, response);
    };
    const listeners = new Listeners(answer, sockets);
    const closed = whenAborted(AbortSignal.any([signal, over.signal])).then(() => listeners.close(graceMs, clock));
    try {
      for (const [index, address] of settings.listen.entries()) {
        const url = await listeners.open(address, index === 0 ? this.#withPage(answer) : answer);
        log.info({ url }, 'listening');
      }
      await runParts(this.#work(), signal);
    } finally {
      over.abort();
      await closed;
      await app.close();
    }
  }

  /** Clients of the other addresses know a server that has nothing at `/`. */
  #withPage(answer: RequestListener): RequestListener {
    const { page } = this.#parts;
    if (page === undefined) return answer;
    return (request, response) => {
      if (!page.answer(request, response)) answer(request, response);
    };
  }

  #work(): readonly ((signal: AbortSignal) => Promise<void>)[] {
    const { shared, store } = this.#parts;
    if (shared === undefined) return [(inside) => this.#lead(inside)];
    store.onOthersChange(() => this.#reconciler?.wake('store'));
    return [
      (inside) => shared.follow(inside),
      (inside) => shared.lead(inside, (term, lost) => this.#lead(term, lost)),
      (inside) => this.#lookWhileIdle(inside),
    ];
  }

  async #lead(signal: AbortSignal, lost?: AbortSignal): Promise<void> {
    this.#reconciler = this.#newReconciler();
    await this.#reconciler.run(signal, lost);
    this.#reconciler = undefined;
  }

  /** While another server works, nothing else shows whether the engine can be used. */
  async #lookWhileIdle(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#reconciler === undefined) await this.#health.look();
      await clock.sleep(lookMs, signal);
    }
  }

  #newReconciler(): Reconciler {
    const { settings, store, services, relayToken, log } = this.#parts;
    return new Reconciler({
      settings,
      store,
      services,
      relayToken,
      engines: this.#engines,
      health: this.#health,
      metrics: this.#metrics,
      log,
      onUnits: ({ added, removed }, nodes) => {
        for (const unit of added) this.#events.emit('unit.add', [unitDocument(unit, nodes, null)]);
        for (const name of removed) this.#events.emit('unit.remove', [name]);
      },
    });
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
    const { nodeploy: isIdle, deployTimeoutSeconds } = this.#parts.settings;
    const timeoutMs = deployTimeoutSeconds * 1000;
    const problem = (): string | undefined => this.#health.problem;
    const preview = (version: ServiceVersion): Promise<object> => this.#preview(version);
    return [
      ...jobRoutes({ api: this.#jobApi(), engine: this.#access, clock, maxStreams }),
      ...serviceRoutes(new ServiceApi({ store, now, emit: this.#events.emit, isIdle })),
      ...deployRoutes(new DeployApi({ store, now, isIdle, preview, timeoutMs, problem })),
      ...clusterRoutes({ api: this.#unitApi(), maxStreams }),
      ...dnsRoutes(this.#dnsApi()),
      ...balancerRoutes(this.#loadBalancerApi()),
      ...eventRoutes(this.#events),
    ];
  }

  #preview(version: ServiceVersion): Promise<object> {
    const { settings, services: store } = this.#parts;
    const tools = { store, server: settings.name, publicPort: settings.publicPort, now: () => clock.date() };
    return this.#access.ask((engine) => previewDeploy(version, engine, tools), AbortSignal.timeout(engineLimitMs));
  }

  #loadBalancerApi(): LoadBalancerApi {
    const { settings, services: store } = this.#parts;
    const { name: server, publicPort } = settings;
    // A server that waits for another one directs no balancers.
    const figures = async (): ReturnType<Balancers['figures']> =>
      (await this.#reconciler?.balancers.figures()) ?? new Map();
    return new LoadBalancerApi({ engine: this.#access, store, server, publicPort, figures, now: () => clock.date() });
  }

  #unitApi(): UnitApi {
    const { settings, services: store } = this.#parts;
    return new UnitApi({ engine: this.#access, store, server: settings.name, now: () => clock.date() });
  }

  #dnsApi(): DnsApi {
    const { settings, services: store } = this.#parts;
    const { domain, publicPort } = settings;
    return new DnsApi({
      store,
      domain,
      publicPort,
      zones: new Zones(
        () => this.#engines.get(),
        () => clock.now(),
      ),
    });
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
        this.#reconciler?.wake(reason);
      },
    });
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
