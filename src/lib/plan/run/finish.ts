import type { InstanceSpec } from '../../model/desired.ts';
import { madeInstances, type InstanceContext } from '../instance/decision.ts';
import { readyId } from '../instance/ready.ts';
import { planAwaitNames } from '../names/plan-names.ts';
import { planCheckRunning } from '../check-running.ts';

/** A run that waits ends when others can find what it started, and all of that still runs. */
export function planFinish(context: InstanceContext): void {
  const { dns, builder, options, owner } = context;
  if (!options.wait) return;
  const made = madeInstances(context.decisions.values());
  const needsOf = (spec: InstanceSpec): readonly string[] => [
    spec.lease === 'dockerops' ? `hold ${spec.key}` : (readyId(spec.key, context) ?? `start ${spec.key}`),
  ];
  const names = planAwaitNames(made, { builder, dns, needsOf });
  planCheckRunning(made, names, owner, builder);
}
