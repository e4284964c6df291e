import type { Tree } from '../../directories/node-directory.ts';
import { OperationFailed, type DockeropsError } from '../../errors.ts';
import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { NodeAgent } from './agent.ts';
import type { Status, StateName } from './status.ts';

export interface OnePassTools {
  readonly agent: NodeAgent;
  readonly status: Status;
  readonly clock: Clock;
  readonly backoff: BackoffOptions;
  readonly read: (signal: AbortSignal) => Promise<Tree>;
}

/** What ends by itself. */
const waiting: readonly StateName[] = ['Booting', 'ConsulFailed', 'StandingBy'];

/** One pass that is made, however often it has to be tried before: it waits for its turn, for Consul and for images, but not for ever. */
export class OnePass {
  readonly #tools: OnePassTools;
  readonly #backoff: Backoff;
  #wakes = 0;
  #wakeUp: () => void = () => {};

  constructor(tools: OnePassTools) {
    this.#tools = tools;
    this.#backoff = new Backoff(tools.backoff);
  }

  /** Whose turn it is may be another. */
  wake(): void {
    this.#wakes += 1;
    this.#wakeUp();
  }

  /** Rejects when it could not be made. */
  async run(signal: AbortSignal, limitMs: number): Promise<void> {
    const { agent, status, clock } = this.#tools;
    for (const end = clock.now() + limitMs; ;) {
      await this.#ask(signal);
      const wakes = this.#wakes;
      await agent.pass(signal);
      if (status.isRunning && !agent.isPulling) return;
      const isWaiting = agent.isPulling || waiting.includes(status.state);
      if (!isWaiting || clock.now() >= end) throw this.#failure();
      if (agent.isPulling) await this.#within(end, signal, agent.pulled());
      else if (wakes === this.#wakes)
        await this.#within(Math.min(end, clock.now() + this.#backoff.next()), signal, this.#woken());
      signal.throwIfAborted();
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { agent, read } = this.#tools;
    await read(signal).then(
      (tree) => {
        agent.directorySays(tree);
      },
      (error: unknown) => {
        agent.directoryFails(error as Error);
      },
    );
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
    });
  }

  async #within(end: number, signal: AbortSignal, work: Promise<void>): Promise<void> {
    const { clock } = this.#tools;
    const over = new AbortController();
    await Promise.race([work, clock.sleep(end - clock.now(), AbortSignal.any([signal, over.signal]))]).finally(() => {
      over.abort();
    });
  }

  #failure(): DockeropsError {
    const { state, lastError } = this.#tools.status.toJSON();
    const reason = lastError?.state === state ? lastError.message : `still ${state}`;
    return new OperationFailed(
      state === 'StandingBy'
        ? 'another operator works on this node'
        : this.#tools.agent.isPulling
          ? 'images are still being fetched'
          : reason,
      { code: 'OPERATOR_ONCE' },
    );
  }
}
