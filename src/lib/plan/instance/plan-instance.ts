import type { InstanceSpec } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { planHoldNames } from '../names/plan-names.ts';
import { expectedOf } from '../remove.ts';
import { newName, oldName } from '../replacement/replacement-names.ts';
import { createContainer } from './create-container.ts';
import { isBeside, isMade, type Decision, type InstanceContext } from './decision.ts';
import { dnsReadyId, planReady, planSleep, readyId } from './ready.ts';
import { networkAtStart } from './references.ts';
import { removeFormer, takeAway, takeDown } from './take-away.ts';

/**
 * Plans one instance: create, copy files, start, wait until ready. Its links and `after` say what of others it waits
 * for.
 */
export function planInstance(decision: Decision, context: InstanceContext): void {
  if (isMade(decision)) {
    if (isBeside(decision)) replace(decision, context);
    else make(decision, context);
    return;
  }
  if (decision.action === 'check')
    planReady(decision, context, [...resume(decision, context), ...registerAgain(decision, context)]);
  // The lease may be lost: with a dns that was made anew, or because a run was interrupted before it came to it.
  if (decision.action === 'keep' || decision.action === 'check') {
    planHold(decision.spec, { cause: 'making sure that its DNS names are published', needs: [] }, context);
    finishReplacement(decision, context);
  }
}

/** Only a backup pauses instances, and one that was killed has not resumed its own. */
function resume({ spec: { key }, existing }: Decision, { builder }: InstanceContext): readonly string[] {
  if (existing?.state !== 'paused') return [];
  const unpause = { id: `unpause ${key}`, kind: 'unpause-container', subject: key, cause: 'it is paused' } as const;
  return [builder.add({ ...unpause, needs: [], expected: expectedOf(existing) })];
}

function registerAgain(
  { spec: { key, container }, existing, reason }: Decision,
  { builder }: InstanceContext,
): string[] {
  if (existing?.isUnregistered !== true) return [];
  const restart = { id: `register ${key}`, kind: 'restart-client', subject: key, cause: reason } as const;
  return [builder.add({ ...restart, needs: [], container })];
}

function make(decision: Decision, context: InstanceContext): void {
  const { spec, reason: cause } = decision;
  const removed = takeAway(decision, context);
  const created = createContainer(decision, removed, context);
  const filled = putFiles(spec, cause, created, context);
  const started = start(spec, cause, [filled, ...startNeeds(spec, context)], context);
  finish(decision, started, context);
}

/** Returns the id of the operation after which it is in use. */
function finish(decision: Decision, started: string, context: InstanceContext): string {
  const { spec, reason: cause } = decision;
  planHold(spec, { cause, needs: [started] }, context);
  const ready = planReady(decision, context, [started]);
  planSleep(decision, context, started);
  return ready ?? started;
}

/**
 * Creates the new container beside the one that runs, so that what the engine refuses stops nothing. The other one is
 * kept until the new one is ready: `recover` brings it back when that fails or is interrupted.
 */
function replace(decision: Decision & { readonly existing: ObservedContainer }, context: InstanceContext): void {
  const { spec, reason: cause, existing } = decision;
  const { builder, options } = context;
  const common = { kind: 'rename-container', subject: spec.key, cause } as const;
  const created = createContainer(decision, [], context);
  const filled = putFiles(spec, cause, created, context, newName(spec.container));
  const startable = startNeeds(spec, context);
  const stopped = takeDown(decision, { filled, startable }, context);
  const free = removeKept(decision, [created], context);
  const aside = builder.add({
    ...common,
    id: `set aside ${spec.key}`,
    needs: [stopped, ...free],
    container: existing.name,
    name: oldName(spec.container),
  });
  const named = builder.add({
    ...common,
    id: `name ${spec.key}`,
    needs: [aside],
    container: newName(spec.container),
    name: spec.container,
  });
  const started = start(spec, cause, [named, ...startable], context);
  const inUse = finish(decision, started, context);
  if (options.keepOld !== true) removeFormer(existing, { key: spec.key, cause, needs: [inUse] }, context);
}

/** The container that an earlier replacement kept gives its name to the next one. */
function removeKept(
  { spec: { key, container } }: Decision,
  needs: readonly string[],
  context: InstanceContext,
): readonly string[] {
  const kept = context.own.get(oldName(container));
  if (kept === undefined) return [];
  return [removeFormer(kept, { key: `${key} (kept)`, cause: 'replaced before', needs }, context)];
}

/** Removes what a replacement has left, when the new container is ready. */
function finishReplacement({ spec: { key, container } }: Decision, context: InstanceContext): void {
  const { own, options, builder } = context;
  const former = own.get(oldName(container));
  if (former === undefined || options.keepOld === true) return;
  const ready = `ready ${key}`;
  removeFormer(former, { key, cause: 'it was replaced', needs: builder.has(ready) ? [ready] : [] }, context);
}

function putFiles(
  spec: InstanceSpec,
  cause: string,
  created: string,
  { builder }: InstanceContext,
  container = spec.container,
): string {
  if (spec.files.length === 0) return created;
  const common = { id: `files ${spec.key}`, kind: 'put-files', subject: spec.key, cause, needs: [created] } as const;
  return builder.add({ ...common, spec, ...(container === spec.container ? {} : { container }) });
}

function startNeeds(spec: InstanceSpec, context: InstanceContext): readonly string[] {
  const ready = spec.after.map((key) => readyId(key, context)).filter((id) => id !== undefined);
  return [...ready, ...networkAtStart(spec, context)];
}

function start(spec: InstanceSpec, cause: string, needs: readonly string[], context: InstanceContext): string {
  return context.builder.add({
    id: `start ${spec.key}`,
    kind: 'start-container',
    subject: spec.key,
    cause,
    needs: [...new Set(needs)],
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
  const { dns, builder } = context;
  if (spec.lease !== 'dockerops' || dns === undefined) return;
  const dnsReady = dnsReadyId(context);
  const all = new Set([...needs, ...(dnsReady === undefined ? [] : [dnsReady])]);
  planHoldNames(spec, { cause, needs: [...all] }, dns, builder);
}
