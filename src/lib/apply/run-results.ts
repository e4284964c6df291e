import type { Plan } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import type { OwnerLock } from './owner-lock.ts';
import { Results } from './results.ts';
import { RunKeys } from './run-keys.ts';

/**
 * What the operations of one run made, by host: names of containers and networks mean something only together with it.
 */
export class RunResults {
  readonly #context: ApplyContext;
  readonly #plan: Plan;
  readonly #keys: RunKeys;
  readonly #hosts = new Map<string | undefined, Results>();

  constructor(context: ApplyContext, plan: Plan) {
    this.#context = context;
    this.#plan = plan;
    this.#keys = new RunKeys(context.keys);
  }

  /** `host` as operations have it: undefined where the plan is of one host. */
  on(host: string | undefined): Results {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const own = this.#plan.operations.filter((operation) => operation.host === host);
    const results = new Results(this.#context, own, this.#keys);
    this.#hosts.set(host, results);
    return results;
  }

  /** The locks of all hosts that have one, taken or not. */
  locks(): readonly OwnerLock[] {
    return [...this.#hosts.values()].flatMap(({ lock }) => lock ?? []);
  }
}
