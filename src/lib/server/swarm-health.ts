import type { DaemonState } from '../daemons/daemon-state.ts';
import type { EngineReader } from '../engine/engine.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import { EngineUnreachable, messageOf } from '../errors.ts';
import { inOneLine, unlessLate } from './engine-access.ts';
import { HttpError } from './http/http-error.ts';
import { isOutage } from './jobs/outcomes.ts';

export const serverStates = ['Starting', 'Running', 'LocalEngine', 'NoSwarm', 'EngineFailed', 'Stopping'] as const;
export type ServerState = (typeof serverStates)[number];

const noSwarm = 'the engine is not a manager of a Swarm: docker swarm init';
const foreignSwarm = 'the engine is a worker of a Swarm: name a manager of it with --host';

/** Whether the engine can be used, and whether it has a Swarm, as the last look at it has shown. */
export class SwarmHealth {
  readonly #state: DaemonState<ServerState>;
  readonly #engine: () => Promise<Pick<EngineReader, 'facts'>>;
  #problem: string | undefined = 'the server is starting';
  #swarm: EngineFacts['swarm'] = 'inactive';

  constructor(state: DaemonState<ServerState>, engine: () => Promise<Pick<EngineReader, 'facts'>>) {
    this.#state = state;
    this.#engine = engine;
  }

  /** Undefined: units can be run, on the Swarm or on the engine itself. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** A pass has worked on an engine that is so in a Swarm. */
  worked(swarm: EngineFacts['swarm']): void {
    this.#swarm = swarm;
    if (swarm === 'worker') return this.#note('NoSwarm', foreignSwarm);
    this.#problem = undefined;
    this.#state.enter(swarm === 'manager' ? 'Running' : 'LocalEngine');
  }

  /** A pass failed. */
  async failed(error: unknown): Promise<void> {
    const isAway = error instanceof EngineUnreachable || !isOutage(error);
    if (isAway) this.#note('EngineFailed', messageOf(error));
    else await this.#look(error).catch((cause: unknown) => this.#note('EngineFailed', messageOf(cause)));
  }

  /** Looks at the engine. */
  async look(): Promise<void> {
    await this.#look(undefined).catch((error: unknown) => this.#note('EngineFailed', messageOf(error)));
  }

  /** Rejects with 409 without a Swarm, with 503 when the engine is away; looks again when it was so before. */
  async require(limit: AbortSignal): Promise<void> {
    if (this.#problem === undefined && this.#swarm === 'manager') return;
    await unlessLate(this.#look(undefined), limit).catch((error: unknown) => {
      this.#note('EngineFailed', messageOf(error));
    });
    if (this.#state.state === 'EngineFailed') throw new HttpError(503, this.#problem ?? 'the engine is away');
    if (this.#swarm !== 'manager') throw new HttpError(409, this.#problem ?? noSwarm);
  }

  /** A manager may refuse because its Swarm has lost its leader. */
  async #look(refusal: unknown): Promise<void> {
    const { swarm } = await (await this.#engine()).facts();
    this.#swarm = swarm;
    if (swarm === 'manager' && refusal !== undefined) this.#note('EngineFailed', messageOf(refusal));
    else this.worked(swarm);
  }

  #note(state: ServerState, problem: string): void {
    this.#problem = inOneLine(problem);
    this.#state.enter(state, this.#problem);
  }
}
