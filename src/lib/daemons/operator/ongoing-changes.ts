import type { Clock } from '../clock.ts';
import type { Applied } from './apply-node.ts';

/** How one part of a plan ended. */
export type Outcome = Applied | { readonly error: unknown };

/** How long a pass waits for what it has begun; what takes longer continues beside the passes that follow. */
const patienceMs = 1000;

/**
 * Parts of plans that are being applied, by the services that they change. No pass plans for these; a container that
 * takes long to stop so delays its own service alone.
 */
export class OngoingChanges {
  readonly #clock: Clock;
  readonly #onLate: () => void;
  readonly #running = new Map<Promise<void>, ReadonlySet<string>>();
  #outcomes: Outcome[] = [];
  #hurry: () => void = () => {};

  /** `onLate` is called when one has ended that no pass waits for. */
  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** Services that are being changed. */
  get services(): ReadonlySet<string> {
    return new Set([...this.#running.values()].flatMap((subjects) => [...subjects]));
  }

  /** Resolves when it has ended, in whichever way. */
  start(services: ReadonlySet<string>, work: () => Promise<Applied>): Promise<void> {
    const running = work()
      .catch((error: unknown) => ({ error }))
      .then((outcome) => {
        this.#outcomes.push(outcome);
        this.#running.delete(running);
        this.#onLate();
      });
    this.#running.set(running, services);
    return running;
  }

  /** Something else is desired by now: a pass that waits shall end. */
  hurry(): void {
    this.#hurry();
  }

  /** Waits for these, but not long. Resolves with how all those ended that have not been returned before. */
  async settle(begun: readonly Promise<void>[]): Promise<readonly Outcome[]> {
    const over = new AbortController();
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    const patience = this.#clock.sleep(patienceMs, over.signal);
    await Promise.race([Promise.all(begun), hurried, patience]);
    over.abort();
    this.#hurry = () => {};
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** Returns when nothing is being changed. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.keys());
  }
}
