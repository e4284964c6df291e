import { DirectoryNotFound } from '../../directories/directory-errors.ts';
import { Interrupted } from '../../errors.ts';
import type { ProgressSink } from '../../events.ts';
import { nothingObserved } from '../../observe/observe.ts';
import type { Plan } from '../../plan/plan.ts';
import { applyContext } from '../../use-cases/apply-plan.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { KeyMirrors } from './key-mirrors.ts';

export interface KeysContext {
  readonly keySpace: Pick<KeyMirrors, 'transact'>;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Applies a plan of keys, for which the engine need not answer. False: the directory has changed since it was observed,
 * or a lease has ended; plan again. Rejects when the directory does not answer or refuses.
 */
export async function applyKeys(plan: Plan, { tools }: OpenEngine, context: KeysContext): Promise<boolean> {
  if (plan.operations.length === 0) return true;
  const outcome = await tools.applier.apply(plan, {
    ...applyContext(tools, nothingObserved),
    ...context,
    command: 'registrator',
  });
  if (outcome.interrupted) throw new Interrupted();
  const failure = outcome.failures.find(({ error }) => !(error instanceof DirectoryNotFound));
  if (failure !== undefined) throw failure.error;
  return outcome.stale === undefined && outcome.failures.length === 0;
}
