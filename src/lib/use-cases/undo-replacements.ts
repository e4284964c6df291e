import type { ApplyOutcome } from '../apply/executor.ts';
import type { ProgressSink } from '../events.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Operation } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';
import { planRecovery } from '../plan/replacement/recover.ts';

interface Undo {
  readonly observe: () => Promise<ObservedState>;
  /** Applies a plan whether or not the command was interrupted. */
  readonly apply: (plan: Plan, observed: ObservedState) => Promise<ApplyOutcome>;
  readonly progress: ProgressSink;
}

/**
 * After a plan that failed or was interrupted: brings back the instances whose new container did not become ready.
 */
export async function undoReplacements(plan: Plan, outcome: ApplyOutcome, undo: Undo): Promise<void> {
  const failed = unfinished(plan, outcome);
  if (failed.size === 0) return;
  const observed = await undo.observe();
  const recovery = planRecovery(plan.owner, observed, { failed, stopping: stopping(plan, outcome) });
  if (recovery.operations.length === 0) return;
  const { failures } = await undo.apply(recovery, observed);
  const names = [...failed].join(', ');
  const [first] = failures;
  if (first === undefined) undo.progress({ type: 'notice', text: `${names}: runs as before` });
  else undo.progress({ type: 'warning', text: `${names}: not brought back: ${first.error.message}` });
}

/** Containers that were created beside others, and did not come into use. */
function unfinished({ operations }: Plan, { outcomes }: ApplyOutcome): ReadonlySet<string> {
  const isDone = ({ id }: Operation): boolean => outcomes.get(id)?.state === 'done';
  const notInUse = new Set(
    operations.flatMap((operation) =>
      (operation.kind === 'start-container' || operation.kind === 'wait-ready') && !isDone(operation)
        ? [operation.container]
        : [],
    ),
  );
  return new Set(
    operations.flatMap((operation) =>
      operation.kind === 'create-container' && operation.replaces !== undefined && isDone(operation)
        ? [operation.spec.container].filter((name) => notInUse.has(name))
        : [],
    ),
  );
}

/** Keys of instances whose stop has failed: the engine may still be at it. */
function stopping({ operations }: Plan, { outcomes }: ApplyOutcome): ReadonlySet<string> {
  return new Set(
    operations.flatMap(({ kind, id, subject }) =>
      kind === 'stop-container' && outcomes.get(id)?.state === 'failed' ? [subject] : [],
    ),
  );
}
