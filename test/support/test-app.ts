import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { systemClock } from '../../src/lib/daemons/clock.ts';
import { EngineAccess } from '../../src/lib/server/engine-access.ts';
import { createApp, type AppOptions } from '../../src/lib/server/http/app.ts';
import { JobApi } from '../../src/lib/server/jobs/job-api.ts';
import { jobRoutes } from '../../src/lib/server/routes/job-routes.ts';
import { withSystemRoutes } from '../../src/lib/server/routes/system-routes.ts';
import type { OpenEngine } from '../../src/lib/use-cases/open-engine.ts';
import type { JobServer } from './job-server.ts';

export interface TestAppOptions extends Partial<Omit<AppOptions, 'log'>> {
  /** Gets the lines. */
  readonly log?: string[];
  /** What a look at the Swarm finds: it throws this. */
  readonly problem?: () => Error | undefined;
  readonly engine?: () => Promise<Pick<OpenEngine, 'engine'>>;
}

/** The HTTP application on the jobs of a test; its token is `secret-token`. */
export async function openTestApp(
  jobs: JobServer,
  { log = [], problem, engine = async () => ({ engine: jobs.engine }), ...options }: TestAppOptions = {},
) {
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
  const routes = withSystemRoutes(jobRoutes({ api, engine: access, clock: systemClock, maxStreams: 2 }), {
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
    token: 'secret-token',
    origins: [],
    now: () => 0,
    version: '1.2.3',
    log: pino({ level: 'debug' }, sink),
    stopping: new AbortController().signal,
    ...options,
  });
  return app;
}
