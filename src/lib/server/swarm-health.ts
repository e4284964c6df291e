import type { DaemonState } from '../daemons/daemon-state.ts';
import type { EngineReader } from '../engine/engine.ts';
import { EngineUnreachable, messageOf } from '../errors.ts';
import { inOneLine, unlessLate } from './engine-access.ts';
import { HttpError } from './http/http-error.ts';
import { isOutage } from './jobs/outcomes.ts';

export const serverStates = ['Starting', 'Running', 'NoSwarm', 'EngineFailed', 'Stopping'] as const;
export type ServerState = (typeof serverStates)[number];

const noSwarm = 'the engine is not a manager of a Swarm: docker swarm init';

/** Whether the Swarm can be used, as the last look at it has shown. */
export class SwarmHealth {
  readonly #state: DaemonState<ServerState>;
  readonly #engine: () => Promise<Pick<EngineReader, 'facts'>>;
  #problem: string | undefined = 'the server is starting';

  constructor(state: DaemonState<ServerState>, engine: () => Promise<Pick<EngineReader, 'facts'>>) {
    this.#state = state;
    this.#engine = engine;
  }

  /** Undefined: it can be used. */
  get problem(): string | undefined {
    return this.#problem;
  }

  worked(): void {
    this.#problem = undefined;
    this.#state.enter('Running');
  }

  /** A pass failed. */
  async failed(error: unknown): Promise<void> {
    const isAway = error instanceof EngineUnreachable || !isOutage(error);
    if (isAway) this.#note('EngineFailed', messageOf(error));
    else await this.#look(error).catch((cause: unknown) => this.#note('EngineFailed', messageOf(cause)));
  }

  /** Rejects with 409 without a Swarm, with 503 when the engine is away; looks again when it was so before. */
  async require(limit: AbortSignal): Promise<void> {
    if (this.#problem === undefined) return;
    await unlessLate(this.#look(undefined), limit).catch((error: unknown) => {
      this.#note('EngineFailed', messageOf(error));
    });
    this.#refuse();
  }

  #refuse(): void {
    if (this.#problem !== undefined) throw new HttpError(this.#state.state === 'NoSwarm' ? 409 : 503, this.#problem);
  }

  /** A manager may refuse because its Swarm has lost its leader. */
  async #look(refusal: unknown): Promise<void> {
    const { swarm } = await (await this.#engine()).facts();
    if (swarm !== 'manager') this.#note('NoSwarm', noSwarm);
    else if (refusal !== undefined) this.#note('EngineFailed', messageOf(refusal));
    else this.worked();
  }

  #note(state: ServerState, problem: string): void {
    this.#problem = inOneLine(problem);
    this.#state.enter(state, this.#problem);
  }
}
