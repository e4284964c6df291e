import { DirectoryDenied, DirectoryNotFound, LoginRejected } from '../../directories/directory-errors.ts';
import { Interrupted } from '../../errors.ts';
import type { ProgressSink } from '../../events.ts';
import { nothingObserved } from '../../observe/observe.ts';
import type { OperationOf } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import { applyContext } from '../../use-cases/apply-plan.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { KeyMirrors } from './key-mirrors.ts';

export interface KeysContext {
  readonly keySpace: Pick<KeyMirrors, 'transact'>;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

export interface AppliedKeys {
  /** False: the directory has changed since it was observed, a lease has ended, or something was denied; plan again. */
  readonly isDone: boolean;
  /** Transactions for which our permissions do not suffice. */
  readonly denied: readonly { readonly operation: OperationOf<'change-keys'>; readonly error: DirectoryDenied }[];
}

/** Applies a plan of keys, for which the engine need not answer. Rejects when the directory does not answer. */
export async function applyKeys(plan: Plan, { tools }: OpenEngine, context: KeysContext): Promise<AppliedKeys> {
  if (plan.operations.length === 0) return { isDone: true, denied: [] };
  const outcome = await tools.applier.apply(plan, {
    ...applyContext(tools, nothingObserved),
    ...context,
    command: 'registrator',
  });
  if (outcome.interrupted) throw new Interrupted();
  const failure = outcome.failures.find(({ error }) => !isHandled(error));
  if (failure !== undefined) throw failure.error;
  const denied = outcome.failures.flatMap(({ operation, error }) =>
    operation.kind === 'change-keys' && error instanceof DirectoryDenied ? [{ operation, error }] : [],
  );
  return { isDone: outcome.stale === undefined && outcome.failures.length === 0, denied };
}

function isHandled(error: Error): boolean {
  if (error instanceof LoginRejected) return false;
  return error instanceof DirectoryNotFound || error instanceof DirectoryDenied;
}
