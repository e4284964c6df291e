import type { RequestedKey } from '../../model/published-key.ts';
import type { AnsweredKey } from '../../policies/answer.ts';
import type { LoadedPolicy } from '../../policies/load-policies.ts';
import type { PolicyHost } from '../../policies/policy.ts';
import type { PolicyAnswered } from '../../policies/policy-worker.ts';
import type { Clock } from '../clock.ts';
import type { PolicyRun } from './configurations.ts';
import type { InspectedContainer } from './container-observer.ts';

/** A container for which a policy has no usable answer. */
export interface EvaluationFault {
  readonly policy: string;
  readonly configuration: string;
  readonly container: string;
  readonly message: string;
  readonly where?: string;
}

export interface Evaluated {
  /** All keys that all policies ask for. */
  readonly requests: readonly RequestedKey[];
  readonly faults: readonly EvaluationFault[];
  /** What policies have logged, each with its policy and container. */
  readonly warnings: readonly string[];
  /** False: some policy has not answered for some container yet, so that keys may be missing. */
  readonly isComplete: boolean;
  /** When something changes without an event, by the clock; Infinity: never. */
  readonly nextAt: number;
}

export interface EvaluationOptions {
  readonly clock: Clock;
  /** How long the last good keys of a container stay after its policy has failed. */
  readonly keepMs: number;
  /** How long a pass waits for policies; what comes later is part of the next pass. */
  readonly waitMs: number;
  /** An answer has come after the pass that asked for it. */
  readonly onLate: () => void;
  readonly onFault: (fault: EvaluationFault) => void;
}

interface Pair {
  readonly run: PolicyRun;
  readonly container: InspectedContainer;
  readonly id: string;
}

interface Answered {
  policy: LoadedPolicy | undefined;
  document: string;
  config: unknown;
  isPending: boolean;
  hasAnswered: boolean;
  /** The last good ones. */
  keys: readonly AnsweredKey[];
  warnings: readonly string[];
  fault?: EvaluationFault;
  faultSince: number;
  failures: number;
  /** When a call that was over its limits is made again. */
  retryAt: number;
}

const retryMs = 30_000;
const maxRetryMs = 600_000;

/**
 * The answers of all policies for all containers. A policy is asked again only when the container's document or the
 * configuration has changed, since its answer depends on nothing else; only a call that was over its limits is
 * repeated, as the machine may have been busy. One slow policy does not keep others from being used.
 */
export class Evaluations {
  readonly #options: EvaluationOptions;
  readonly #answers = new Map<string, Answered>();
  /** Undefined: something has changed since. */
  #last: Evaluated | undefined;

  /** Prefixes below which no policy may write a key. */
  reserved: readonly string[];

  constructor(options: EvaluationOptions, reserved: readonly string[]) {
    this.#options = options;
    this.reserved = reserved;
  }

  /** The same object as before when nothing has changed. */
  async evaluate(
    runs: readonly PolicyRun[],
    containers: readonly InspectedContainer[],
    host: PolicyHost,
  ): Promise<Evaluated> {
    const pairs = runs.flatMap((run) => containers.map((container) => ({ run, container, id: idOf(run, container) })));
    this.#forgetOthers(new Set(pairs.map(({ id }) => id)));
    const asked = pairs.filter(({ run, container, id }) => this.#isDue(id, run, container));
    let isOver = false;
    const all = asked.map((pair) => this.#ask(pair, host, () => isOver));
    await this.#within(Promise.all(all));
    isOver = true;
    if (this.#last === undefined || this.#options.clock.now() >= this.#last.nextAt) this.#last = this.#evaluated(pairs);
    return this.#last;
  }

  #forgetOthers(ids: ReadonlySet<string>): void {
    for (const id of this.#answers.keys()) if (!ids.has(id) && this.#answers.delete(id)) this.#last = undefined;
  }

  #isDue(id: string, { policy, config }: PolicyRun, { document }: InspectedContainer): boolean {
    const answered = this.#answers.get(id);
    if (answered?.isPending === true && answered.policy === policy) return false;
    if (answered?.document !== document || answered.config !== config || answered.policy !== policy) return true;
    return answered.retryAt <= this.#options.clock.now();
  }

  async #ask({ id, run, container }: Pair, host: PolicyHost, isLate: () => boolean): Promise<void> {
    const { document } = container;
    const { policy, config } = run;
    const answered = this.#answers.get(id) ?? fresh();
    this.#last = undefined;
    this.#answers.set(id, Object.assign(answered, { policy, document, config, isPending: true, retryAt: Infinity }));
    const result = await policy.worker.call({ document, host, config, reserved: this.reserved });
    const isOutdated = this.#answers.get(id) !== answered || answered.policy !== policy;
    if (isOutdated || policy.worker.isClosed) return;
    this.#note(answered, result, run, container);
    if (isLate()) this.#options.onLate();
  }

  #note(answered: Answered, result: PolicyAnswered, run: PolicyRun, { name }: InspectedContainer): void {
    const { clock, onFault } = this.#options;
    this.#last = undefined;
    Object.assign(answered, { isPending: false, hasAnswered: true, warnings: result.warnings });
    if ('keys' in result) {
      Object.assign(answered, { keys: result.keys, failures: 0 });
      delete answered.fault;
      return;
    }
    if (answered.fault === undefined) answered.faultSince = clock.now();
    const origin = { policy: run.policy.name, configuration: run.configuration, container: name };
    answered.fault = { ...origin, ...result.fault };
    answered.failures += 1;
    if (result.isTransient === true)
      answered.retryAt = clock.now() + Math.min(maxRetryMs, retryMs * 2 ** Math.min(answered.failures - 1, 10));
    onFault(answered.fault);
  }

  async #within(work: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    await Promise.race([work, this.#options.clock.sleep(this.#options.waitMs, over.signal)]).finally(() => {
      over.abort();
    });
  }

  #evaluated(pairs: readonly Pair[]): Evaluated {
    const now = this.#options.clock.now();
    const all = pairs.flatMap(({ run, container, id }) => {
      const answered = this.#answers.get(id);
      return answered === undefined ? [] : { run, container, answered };
    });
    const times = all.flatMap(({ answered }) => this.#timesOf(answered)).filter((time) => time > now);
    return {
      requests: all.flatMap(({ run, container, answered }) => this.#requestsOf(run, container, answered, now)),
      faults: all.flatMap(({ answered }) => answered.fault ?? []),
      warnings: all.flatMap(({ run, container, answered }) =>
        answered.warnings.map((text) => `policy ${run.policy.name}, container ${container.name}: ${text}`),
      ),
      isComplete: all.every(({ answered }) => answered.hasAnswered),
      nextAt: Math.min(...times, Infinity),
    };
  }

  #timesOf({ fault, faultSince, keys, retryAt }: Answered): readonly number[] {
    return [retryAt, ...(fault !== undefined && keys.length > 0 ? [faultSince + this.#options.keepMs] : [])];
  }

  #requestsOf(run: PolicyRun, { name }: InspectedContainer, answered: Answered, now: number): readonly RequestedKey[] {
    if (answered.fault !== undefined && now >= answered.faultSince + this.#options.keepMs) answered.keys = [];
    const source = { policy: run.policy.name, configuration: run.configuration, container: name };
    return answered.keys.map(([key, value]) => ({ key, value, source }));
  }
}

function fresh(): Answered {
  return {
    policy: undefined,
    document: '',
    config: undefined,
    isPending: false,
    hasAnswered: false,
    keys: [],
    warnings: [],
    faultSince: 0,
    failures: 0,
    retryAt: Infinity,
  };
}

function idOf({ policy, configuration }: PolicyRun, { id }: InspectedContainer): string {
  return JSON.stringify([policy.name, configuration, id]);
}
