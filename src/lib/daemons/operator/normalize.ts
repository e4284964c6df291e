import type { ApplyOutcome } from '../../apply/executor.ts';
import type { ApplyContext } from '../../apply/context.ts';
import { DirectoryDenied, DirectoryUnreachable } from '../../directories/directory-errors.ts';
import { EngineUnreachable, Interrupted } from '../../errors.ts';
import type { OperationKind, Plan } from '../../plan/operation.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { OpenEngine } from '../../use-cases/open-project.ts';
import { applyContext } from '../../use-cases/apply-plan.ts';

export type NormalizeContext = Pick<ApplyContext, 'progress' | 'signal' | 'catalog'>;

/** What became of a plan, by service. */
export interface Applied {
  /** The engine was not as it was seen; all is to be looked at anew. */
  readonly isStale: boolean;
  readonly failed: ReadonlyMap<string, string>;
  /** Engine or directory stopped answering on the way; what failed by that is not among the failed. */
  readonly outage?: Error;
}

/** Of no service in particular. */
const general: ReadonlySet<OperationKind> = new Set(['lock', 'unlock', 'put-key']);
/** A token may be for some names only. */
const entries: ReadonlySet<OperationKind> = new Set(['register-service', 'deregister-service']);

type Failure = ApplyOutcome['failures'][number];

/** Applies a plan of a node. Failures of one service are told, and so is that engine or directory do not answer; who holds the lock is thrown. */
export async function applyNode(
  plan: Plan,
  observed: ObservedState,
  { tools }: OpenEngine,
  surroundings: NormalizeContext,
): Promise<Applied> {
  if (plan.operations.length === 0) return { isStale: false, failed: new Map() };
  const outcome = await tools.applier.apply(plan, {
    ...applyContext(tools, observed),
    ...surroundings,
    command: 'operator',
  });
  const stop = outcome.failures.find(({ operation }) => general.has(operation.kind));
  if (stop !== undefined) throw stop.error;
  if (outcome.interrupted) throw new Interrupted();
  const outage = outcome.failures.find(isOthersFault);
  const failed = failuresOf(outcome.failures.filter((failure) => !isOthersFault(failure)));
  return { isStale: outcome.stale !== undefined, failed, ...(outage === undefined ? {} : { outage: outage.error }) };
}

function failuresOf(failures: readonly Failure[]): ReadonlyMap<string, string> {
  return new Map(failures.toReversed().map(({ operation, error }) => [operation.subject, error.message]));
}

function isOthersFault({ operation, error }: Failure): boolean {
  return isOutage(error) && !(error instanceof DirectoryDenied && entries.has(operation.kind));
}

/** Not the fault of what was asked for. */
export function isOutage(error: unknown): boolean {
  return (
    error instanceof EngineUnreachable || error instanceof DirectoryUnreachable || error instanceof DirectoryDenied
  );
}
