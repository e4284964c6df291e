import { apply, type ApplyOutcome } from '../../apply/executor.ts';
import type { ApplyContext } from '../../apply/context.ts';
import { DirectoryDenied, DirectoryUnreachable } from '../../directories/directory-errors.ts';
import { EngineUnreachable, Interrupted } from '../../errors.ts';
import type { OperationKind, Plan } from '../../plan/operation.ts';
import type { ObservedState } from '../../observe/observed-state.ts';
import type { EnginePlatform } from '../../platform/open-platform.ts';
import { applyContext } from '../../platform/apply-plan.ts';

export type ApplySurroundings = Pick<ApplyContext, 'progress' | 'signal' | 'catalog'>;

/** What became of a plan, by service. */
export interface Applied {
  /** The engine was not as it was seen; all is to be looked at anew. */
  readonly isStale: boolean;
  readonly failed: ReadonlyMap<string, string>;
}

/** Of no service in particular. */
const general: ReadonlySet<OperationKind> = new Set(['lock', 'unlock', 'put-key']);

/** Applies a plan of a node. Failures of one service are told; that engine or directory do not answer, or who holds the lock, is thrown. */
export async function applyNode(plan: Plan, observed: ObservedState, { tools }: EnginePlatform, surroundings: ApplySurroundings): Promise<Applied> {
  if (plan.operations.length === 0) return { isStale: false, failed: new Map() };
  const outcome = await apply(plan, { ...applyContext(tools, observed), ...surroundings, command: 'operator' });
  const outage = outcome.failures.find(({ operation, error }) => general.has(operation.kind) || isOutage(error));
  if (outage !== undefined) throw outage.error;
  if (outcome.interrupted) throw new Interrupted();
  return { isStale: outcome.stale !== undefined, failed: failuresOf(outcome) };
}

function failuresOf({ failures }: ApplyOutcome): ReadonlyMap<string, string> {
  return new Map(failures.toReversed().map(({ operation, error }) => [operation.subject, error.message]));
}

/** Not the fault of what was asked for. */
export function isOutage(error: unknown): boolean {
  return error instanceof EngineUnreachable || error instanceof DirectoryUnreachable || error instanceof DirectoryDenied;
}
