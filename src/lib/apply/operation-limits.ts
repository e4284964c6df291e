import { Limiter } from '../limiter.ts';
import { operationKinds, type Operation } from '../plan/operation.ts';

/** Waits cost the engine little, but they are execs inside containers: more at once make each slower. */
const waitWidth = 16;
/** A stop lasts as long as the container takes, and costs the engine nothing meanwhile. */
const stopWidth = 64;

/** How many operations run at once, of one plan or of several together. */
export class OperationLimits {
  readonly #engine: Limiter;
  readonly #waits = new Limiter(waitWidth);
  readonly #stops = new Limiter(stopWidth);

  constructor(width: number) {
    this.#engine = new Limiter(width);
  }

  of({ kind }: Operation): Limiter {
    if (operationKinds[kind].waits) return this.#waits;
    return kind === 'stop-container' ? this.#stops : this.#engine;
  }
}
