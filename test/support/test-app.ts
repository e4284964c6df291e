import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { systemClock } from '../../src/lib/daemons/clock.ts';
import { DeployApi } from '../../src/lib/server/deploy/deploy-api.ts';
import { EngineAccess } from '../../src/lib/server/engine-access.ts';
import { EventHub } from '../../src/lib/server/events/event-hub.ts';
import { publishChanges } from '../../src/lib/server/events/publish-changes.ts';
import { createApp, type AppOptions } from '../../src/lib/server/http/app.ts';
import { Guard, type GuardOptions } from '../../src/lib/server/http/guard.ts';
import { JobApi } from '../../src/lib/server/jobs/job-api.ts';
import { deployRoutes } from '../../src/lib/server/routes/deploy-routes.ts';
import { eventRoutes } from '../../src/lib/server/routes/event-routes.ts';
import { jobRoutes } from '../../src/lib/server/routes/job-routes.ts';
import { serviceRoutes } from '../../src/lib/server/routes/service-routes.ts';
import { withSystemRoutes } from '../../src/lib/server/routes/system-routes.ts';
import { ServiceApi } from '../../src/lib/server/services/service-api.ts';
import type { ServiceVersion } from '../../src/lib/server/services/service.ts';
import type { OpenEngine } from '../../src/lib/use-cases/open-engine.ts';
import type { JobServer } from './job-server.ts';

export interface TestAppOptions extends Partial<Omit<AppOptions, 'log'> & GuardOptions> {
  /** Gets the lines. */
  readonly log?: string[];
  /** What a look at the Swarm finds: it throws this. */
  readonly problem?: () => Error | undefined;
  readonly events?: EventHub;
  /** Versions are recorded and not run. */
  readonly nodeploy?: boolean;
  readonly engine?: () => Promise<Pick<OpenEngine, 'engine'>>;
}

/** The HTTP application on the jobs of a test; its token is `secret-token`. */
export async function openTestApp(
  jobs: JobServer,
  { log = [], problem, engine = async () => ({ engine: jobs.engine }), ...more }: TestAppOptions = {},
) {
  const { events = new EventHub(), nodeploy = false, ...options } = more;
  const access = new EngineAccess(engine);
  const api = new JobApi({
    store: jobs.store,
    memoryMegabytes: 250,
    now: () => jobs.now,
    requireSwarm: async () => {
      const error = problem?.();
      if (error !== undefined) throw error;
    },
    hasService: (name, limit) => access.ask(async (one) => (await one.findSwarmService(name)) !== undefined, limit),
    wake: () => {},
  });
  const parts = { store: jobs.serviceStore, now: () => jobs.now, isIdle: nodeploy };
  const health = { timeoutMs: 600_000, problem: () => problem?.()?.message };
  const preview = async ({ service, version }: ServiceVersion) => ({ service, version });
  const others = [
    ...jobRoutes({ api, engine: access, clock: systemClock, maxStreams: 2 }),
    ...serviceRoutes(new ServiceApi({ ...parts, emit: events.emit })),
    ...deployRoutes(new DeployApi({ ...parts, ...health, preview })),
    ...eventRoutes(events),
  ];
  publishChanges(events.emit, { services: jobs.serviceStore, jobs: jobs.store });
  const routes = withSystemRoutes(others, {
    version: '1.2.3',
    problem: () => problem?.()?.message,
    metrics: { contentType: 'text/plain', text: async () => 'up 1\n' },
  });
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const app: FastifyInstance = await createApp(routes, {
    guard: new Guard({ token: 'secret-token', origins: [], now: () => 0, ...options }),
    version: '1.2.3',
    log: pino({ level: 'debug' }, sink),
    stopping: new AbortController().signal,
    ...options,
  });
  return app;
}
