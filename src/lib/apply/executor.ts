import { Interrupted, OperationFailed, StalePlan } from '../errors.ts';
import { untilInterrupted } from '../interrupt.ts';
import { operationKinds, type Operation } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import { OperationLimits } from './operation-limits.ts';
import { runOperation } from './operations.ts';
import { RunResults } from './run-results.ts';
import { progressText } from './progress-text.ts';
import { subjectsOf } from './subjects.ts';

export type OperationOutcome =
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly error: Error }
  | { readonly state: 'skipped'; readonly reason: string };

export interface ApplyOutcome {
  readonly outcomes: ReadonlyMap<string, OperationOutcome>;
  /** Failures in the order of the plan. */
  readonly failures: readonly { readonly operation: Operation; readonly error: Error }[];
  readonly interrupted: boolean;
  /** Set when nothing else went wrong than that the engine has changed since the plan was made: plan again. */
  readonly stale: StalePlan | undefined;
}

/**
 * Runs a plan: each operation as soon as those that it needs are done, only so many at once. It decides nothing. When
 * an operation fails, those that need it are skipped and reported as such; all others still run. Rejects for bugs only.
 */
export async function apply(plan: Plan, context: ApplyContext): Promise<ApplyOutcome> {
  const run = new Run(plan, context);
  context.progress({ type: 'begin', subjects: subjectsOf(plan) });
  const outcome = await run.all();
  context.progress({ type: 'end', failed: outcome.failures.length > 0 || outcome.interrupted });
  return outcome;
}

class Run {
  readonly #plan: Plan;
  readonly #context: ApplyContext;
  readonly #results: RunResults;
  readonly #limits: OperationLimits;
  readonly #outcomes = new Map<string, Promise<OperationOutcome>>();
  /** By id: resolves when what follows an operation may begin. */
  readonly #passed = new Map<string, PromiseWithResolvers<void>>();
  #stale: StalePlan | undefined;

  constructor(plan: Plan, context: ApplyContext) {
    this.#plan = plan;
    this.#context = context;
    this.#results = new RunResults(context, plan);
    this.#limits = context.limits ?? new OperationLimits(context.width);
  }

  async all(): Promise<ApplyOutcome> {
    for (const id of this.#plan.operations.flatMap(({ follows = [] }) => follows))
      this.#passed.set(id, Promise.withResolvers());
    for (const [rank, operation] of this.#plan.operations.entries())
      this.#outcomes.set(
        operation.id,
        this.#one(operation, rank).finally(() => this.#passed.get(operation.id)?.resolve()),
      );
    const entries = await Promise.all([...this.#outcomes].map(async ([id, outcome]) => [id, await outcome] as const));
    const outcomes = new Map(entries);
    const failures = this.#plan.operations.flatMap((operation) => {
      const outcome = outcomes.get(operation.id);
      return outcome?.state === 'failed' ? [{ operation, error: outcome.error }] : [];
    });
    const interrupted = this.#context.signal.aborted;
    const real = failures.filter(
      ({ error }) => !(error instanceof StalePlan) && !(interrupted && error instanceof Interrupted),
    );
    return { outcomes, failures: real, interrupted, stale: real.length === 0 ? this.#stale : undefined };
  }

  /** The rank in the plan is the priority: so a container that was created is started before the next is created. */
  async #one(operation: Operation, rank: number): Promise<OperationOutcome> {
    // The planner puts what is needed first; anything else is a bug of the planner.
    const needs = await Promise.all(
      operation.needs.map(
        (id) =>
          this.#outcomes.get(id) ?? Promise.reject(new TypeError(`${operation.id} needs ${id}, which comes later`)),
      ),
    );
    const reason = operation.always === true ? this.#nothingToUndo(operation) : this.#reasonToSkip(operation, needs);
    if (reason !== undefined) return this.#skip(operation, reason);
    for (const id of operation.follows ?? []) await this.#passed.get(id)?.promise;
    const { rank: first = 0 } = this.#context;
    return this.#limits.of(operation).run(first + rank, () => this.#execute(operation));
  }

  #reasonToSkip(operation: Operation, needs: readonly OperationOutcome[]): string | undefined {
    const failed = operation.needs.filter((_, index) => needs[index]?.state !== 'done');
    return failed.length === 0 ? undefined : `${failed.join(', ')} did not succeed`;
  }

  /**
   * Without the lock nothing was changed, and what looks paused or stopped is the work of the command that holds it.
   */
  #nothingToUndo({ kind }: Operation): string | undefined {
    const areHeld = this.#results.locks().every(({ isHeld }) => isHeld);
    return kind === 'unlock' || areHeld ? undefined : 'there is nothing to undo';
  }

  #skip(operation: Operation, reason: string): OperationOutcome {
    this.#report(operation, 'skipped', `skipped: ${reason}`);
    return { state: 'skipped', reason };
  }

  async #execute(operation: Operation): Promise<OperationOutcome> {
    if (operation.always !== true && (this.#context.signal.aborted || this.#stale !== undefined)) {
      return this.#skip(operation, this.#stale !== undefined ? 'the plan is out of date' : 'interrupted');
    }
    this.#report(operation, 'working', progressText(operation).working);
    try {
      if (operation.always !== true) for (const lock of this.#results.locks()) await lock.assertHeld();
      await this.#context.hooks?.beforeOperation?.(operation);
      const work = runOperation(operation, { context: this.#context, results: this.#results.on(operation.host) });
      if (!operationKinds[operation.kind].waits) this.#passed.get(operation.id)?.resolve();
      // A wait changes nothing, so it need not end: one inside a container cannot be stopped.
      const done = await (operationKinds[operation.kind].waits ? untilInterrupted(work, this.#context.signal) : work);
      await this.#context.hooks?.afterOperation?.(operation);
      this.#report(operation, 'done', done);
      return { state: 'done' };
    } catch (error) {
      return this.#failed(operation, error);
    }
  }

  #failed(operation: Operation, error: unknown): OperationOutcome {
    if (error instanceof StalePlan) this.#stale ??= error;
    const failure = this.#context.signal.aborted && isAbort(error) ? new Interrupted() : asError(error);
    this.#report(operation, 'failed', failure.message);
    return { state: 'failed', error: failure };
  }

  #report(operation: Operation, state: 'working' | 'done' | 'failed' | 'skipped', text: string): void {
    this.#context.progress({ type: 'operation', operation: operation.id, subject: operation.subject, state, text });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new OperationFailed(String(error), { code: 'OPERATION_FAILED' });
}

/** Whether an error is Node's AbortError, or has it as its cause. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || isAbort(error.cause));
}
