import type { EngineReader } from '../engine/engine.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import type { DeployPass } from './deploy/deploy-pass.ts';
import type { JobPass } from './jobs/job-pass.ts';

export interface PassResult {
  readonly againMs?: number;
  readonly swarm: EngineFacts['swarm'];
}

/** What one pass of the server's loop does: deploys, and jobs where there is a Swarm. */
export class ServerPass {
  readonly #jobs: Pick<JobPass, 'run'>;
  /** Undefined: versions are recorded and not run. */
  readonly #deploys: Pick<DeployPass, 'run' | 'idle'> | undefined;

  constructor(jobs: Pick<JobPass, 'run'>, deploys: Pick<DeployPass, 'run' | 'idle'> | undefined) {
    this.#jobs = jobs;
    this.#deploys = deploys;
  }

  /** One failure keeps nothing else from being done; it rejects then with the first. */
  async run(engine: EngineReader): Promise<PassResult> {
    const { swarm } = await engine.facts();
    const results = await Promise.allSettled([
      ...(swarm === 'manager' ? [this.#jobs.run(engine)] : []),
      ...(swarm === 'worker' || this.#deploys === undefined ? [] : [this.#deploys.run(engine)]),
    ]);
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason as Error;
    const pauses = results.flatMap((result) => (result.status === 'fulfilled' ? (result.value.againMs ?? []) : []));
    return { swarm, ...(pauses.length === 0 ? {} : { againMs: Math.min(...pauses) }) };
  }

  /** Resolves when what goes on beside the passes has ended. */
  async idle(): Promise<void> {
    await this.#deploys?.idle();
  }
}
