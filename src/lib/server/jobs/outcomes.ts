import type { ApplyOutcome } from '../../apply/executor.ts';
import { EngineUnreachable, StalePlan } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';

type Operation = Plan['operations'][number];

/** It was removed now, or by somebody else before. */
export function isRemoved(operation: Operation, { outcomes }: ApplyOutcome): boolean {
  if (operation.kind !== 'remove-swarm-service') return false;
  const outcome = outcomes.get(operation.id);
  return outcome?.state === 'done' || (outcome?.state === 'failed' && outcome.error instanceof StalePlan);
}

/** Creations that found a service of their name; the executor does not count them as failures. */
export function staleCreations(plan: Plan, { outcomes }: ApplyOutcome): readonly Operation[] {
  return plan.operations.filter(({ id, kind }) => {
    const outcome = outcomes.get(id);
    return kind === 'create-swarm-service' && outcome?.state === 'failed' && outcome.error instanceof StalePlan;
  });
}

/** Whether the Swarm is away, and not what was asked of it at fault. */
export function isOutage(error: unknown): boolean {
  if (error instanceof EngineUnreachable) return true;
  return error instanceof Error && (error as { readonly code?: unknown }).code === 'ENGINE_UNAVAILABLE';
}
