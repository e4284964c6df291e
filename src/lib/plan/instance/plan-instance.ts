import type { InstanceSpec } from '../../model/desired.ts';
import { planHoldNames } from '../names/plan-names.ts';
import { createContainer } from './create-container.ts';
import { isMade, type Decision, type InstanceContext } from './decision.ts';
import { planReady, planSleep, readyId } from './ready.ts';
import { networkAtStart } from './references.ts';
import { takeAway } from './take-away.ts';

/**
 * Plans one instance: remove what it replaces, create, copy files, start, wait until ready. Its links and `after` say
 * what of others it waits for.
 */
export function planInstance(decision: Decision, context: InstanceContext): void {
  if (isMade(decision)) {
    make(decision, context);
    return;
  }
  if (decision.action === 'check') planReady(decision, context, []);
  // The lease may be lost: with a dns that was made anew, or because a run was interrupted before it came to it.
  if (decision.action === 'keep' || decision.action === 'check')
    planHold(decision.spec, { cause: 'making sure that its DNS names are published', needs: [] }, context);
}

function make(decision: Decision, context: InstanceContext): void {
  const { spec, reason: cause } = decision;
  const removed = takeAway(decision, context);
  const created = createContainer(decision, removed, context);
  const filled = putFiles(spec, cause, created, context);
  const started = start(spec, cause, filled, context);
  planHold(spec, { cause, needs: [started] }, context);
  planReady(decision, context, [started]);
  planSleep(decision, context, started);
}

function putFiles(spec: InstanceSpec, cause: string, created: string, { builder }: InstanceContext): string {
  if (spec.files.length === 0) return created;
  return builder.add({ id: `files ${spec.key}`, kind: 'put-files', subject: spec.key, cause, needs: [created], spec });
}

function start(spec: InstanceSpec, cause: string, filled: string, context: InstanceContext): string {
  const ready = spec.after.map((key) => readyId(key, context)).filter((id) => id !== undefined);
  return context.builder.add({
    id: `start ${spec.key}`,
    kind: 'start-container',
    subject: spec.key,
    cause,
    needs: [...new Set([filled, ...ready, ...networkAtStart(spec, context)])],
    container: spec.container,
    ...(spec.network.mode === 'network' ? { network: spec.network.network } : {}),
  });
}

/** Leases that dockerops holds live in the dns instance, and go with it. */
function planHold(
  spec: InstanceSpec,
  { cause, needs }: { readonly cause: string; readonly needs: readonly string[] },
  context: InstanceContext,
): void {
  const { dns, decisions, builder } = context;
  if (spec.lease !== 'dockerops' || dns === undefined) return;
  const dnsKey = [...decisions.values()].find((other) => other.spec.container === dns.container)?.spec.key;
  const dnsReady = dnsKey === undefined ? undefined : readyId(dnsKey, context);
  const all = new Set([...needs, ...(dnsReady === undefined ? [] : [dnsReady])]);
  planHoldNames(spec, { cause, needs: [...all] }, dns, builder);
}
