import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobRequest, Run } from '../../src/lib/server/jobs/job.ts';
import { JobPass } from '../../src/lib/server/jobs/job-pass.ts';
import type { Database } from '../../src/lib/server/store/database.ts';
import { JobStore } from '../../src/lib/server/store/job-store.ts';
import { ServiceStore } from '../../src/lib/server/store/service-store.ts';
import { openStore } from '../../src/lib/server/store/open-store.ts';
import { applyOn } from './apply-on.ts';
import { FakeEngine } from './fake-engine.ts';

export const jobImage = 'dops-test/busybox:latest';

export function jobRequest(name: string, words: readonly string[], change: Partial<JobRequest> = {}): JobRequest {
  return {
    image: jobImage,
    command: words.join(' '),
    words,
    name,
    memoryBytes: 250 * 2 ** 20,
    labels: {},
    environment: {},
    constraints: [],
    retries: 0,
    concurrency: 'forbid',
    ...change,
  };
}

/** The part of a server that runs jobs, on a fake Swarm of one manager and one worker, with a real store. */
export class JobServer {
  readonly engine = new FakeEngine();
  readonly directory = mkdtempSync(join(tmpdir(), 'dockerops-jobs-'));
  readonly warnings: string[] = [];
  now = 1_700_000_000_000;
  store: JobStore;
  serviceStore: ServiceStore;
  pass: JobPass;
  #database: Database;

  constructor() {
    this.engine.swarm = 'manager';
    this.engine.cluster.addNode('manager-1', { role: 'manager' });
    this.engine.cluster.addNode('worker-1');
    this.engine.addImage(jobImage);
    this.#database = openStore(this.directory);
    this.store = new JobStore(this.#database);
    this.serviceStore = new ServiceStore(this.#database);
    this.pass = this.#newPass();
  }

  /** As if the process had been killed and started again. */
  restart(): void {
    this.#database.close();
    this.#database = openStore(this.directory);
    this.store = new JobStore(this.#database);
    this.serviceStore = new ServiceStore(this.#database);
    this.pass = this.#newPass();
  }

  close(): void {
    this.#database.close();
    rmSync(this.directory, { recursive: true });
  }

  async add(id: string, request: JobRequest, change: Partial<Job> = {}): Promise<void> {
    await this.store.add({ job: { id, request, createdAt: this.now, ...change } });
  }

  async stop(id: string): Promise<void> {
    if (!(await this.store.stop(id, this.now))) throw new TypeError(`no job ${id}`);
  }

  runPass(): Promise<{ readonly againMs?: number }> {
    this.engine.cluster.now = this.now / 1000;
    return this.pass.run(this.engine);
  }

  run(id: string): Run | undefined {
    return this.store.find(id)?.run;
  }

  services(): readonly string[] {
    return this.engine.cluster.list().map(({ name }) => name);
  }

  #newPass(): JobPass {
    return new JobPass({
      store: this.store,
      server: 'test',
      jobsOn: 'worker',
      keptMs: 86_400_000,
      clock: { date: () => this.now },
      warn: (text) => this.warnings.push(text),
      apply: applyOn(this.engine),
    });
  }
}
