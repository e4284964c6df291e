import type { InstanceSpec } from '../../model/desired.ts';
import { madeInstances, type Decision, type InstanceContext } from '../instance/decision.ts';
import { dnsReadyId, readyId } from '../instance/ready.ts';
import { planAwaitNames } from '../names/plan-names.ts';
import { planCheckRunning } from '../check-running.ts';

/**
 * A run that waits ends when others can find what it started and what runs already, and all that it started still
 * runs.
 */
export function planFinish(context: InstanceContext): void {
  const { dns, builder, options, owner, decisions } = context;
  if (!options.wait) return;
  const made = madeInstances(decisions.values()).filter(({ wait }) => wait !== 'completed');
  const unproven = [...decisions.values()].filter(mayBeUnregistered).map(({ spec }) => spec);
  const server = dnsReadyId(context);
  const needsOf = (spec: InstanceSpec): readonly string[] => {
    if (spec.lease === 'dockerops') return [`hold ${spec.key}`];
    const ready = readyId(spec.key, context);
    // What is made starts after the DNS; what runs already may be asked about too early.
    const needs = made.includes(spec) ? [ready ?? `start ${spec.key}`] : [ready, server];
    return needs.filter((id) => id !== undefined);
  };
  const names = planAwaitNames([...made, ...unproven], { builder, dns, needsOf });
  planCheckRunning(made, names, owner, builder);
}

/**
 * A running instance whose names may never have been registered: an earlier run may have ended without them. The
 * healthcheck of the base image is passed only with them.
 */
function mayBeUnregistered({ action, existing, spec }: Decision): boolean {
  if (action !== 'keep' && action !== 'check') return false;
  if (existing?.state !== 'running' || spec.lease !== 'client') return false;
  return existing.isUnregistered === true || existing.health !== 'healthy' || spec.healthcheck !== undefined;
}
