import type { ObservedContainer } from '../../model/observed-state.ts';
import type { ExpectedContainer } from '../operation-parts.ts';
import { dnsPolicy, isServedElsewhere } from '../names/published-names.ts';
import { expectedOf, removeContainer } from '../remove.ts';
import { existingInstances } from '../spec/existing-instance.ts';
import { isMade, type Decision, type InstanceContext } from './decision.ts';
import { removeScratch } from './own-volumes.ts';

/** How long others go on using an answer of the DNS: the TTL that the arbiter gives its records. */
const answerSeconds = 5;

/**
 * Removes a container without processes that an instance replaces. Begins when there is an image to replace it with.
 * Returns what the new container waits for.
 */
export function takeAway(decision: Decision, context: InstanceContext): readonly string[] {
  const { spec, existing, reason } = decision;
  if (existing === undefined) return [];
  const removed = remove(existing, decision, imageMade(decision, context), context);
  const scratch = { subject: spec.key, cause: reason, needs: [removed] };
  removeScratch(existing, context.observed, scratch, context.builder);
  return [removed];
}

/**
 * Withdraws the names of the container that an instance replaces, waits until the answers that others hold have run
 * out, and stops it. `filled`: the new container is complete; `startable`: it may start as soon as the other has
 * stopped. Returns the id of the stop.
 */
export function takeDown(
  decision: Decision & { readonly existing: ObservedContainer },
  { filled, startable }: { readonly filled: string; readonly startable: readonly string[] },
  context: InstanceContext,
): string {
  const { spec, existing, reason: cause } = decision;
  const { builder } = context;
  const made = [...new Set([filled, ...startable])];
  const withdrawn = withdraw(existing, decision, isDnsReplaced(context) ? imageMade(decision, context) : made, context);
  const drained =
    withdrawn.length > 0 && isDrained(decision, context) ? drain(decision, withdrawn, context) : withdrawn;
  const needs = [...new Set([...made, ...drained, ...otherWithdrawals(existing, context)])];
  const common = { subject: spec.key, cause };
  // The engine would start it again when it is restarted itself.
  const held = builder.add({
    ...common,
    id: `hold back ${spec.key}`,
    kind: 'set-restart-policy',
    needs,
    container: existing.name,
    restart: 'no',
  });
  return builder.add({
    ...common,
    id: `stop ${spec.key}`,
    kind: 'stop-container',
    needs: [held],
    expected: expectedWithHash(existing),
    limitSeconds: spec.runtime.stopSeconds,
  });
}

/** Removes the container that was replaced, with the volumes that hold no data. */
export function removeFormer(
  former: ObservedContainer,
  { key, cause, needs }: { readonly key: string; readonly cause: string; readonly needs: readonly string[] },
  { builder, observed }: InstanceContext,
): string {
  const expected = expectedWithHash(former);
  const removed = builder.add({ id: `remove ${key}`, kind: 'remove-container', subject: key, cause, needs, expected });
  removeScratch(former, observed, { subject: key, cause, needs: [removed] }, builder);
  return removed;
}

function imageMade({ spec }: Decision, { images }: InstanceContext): readonly string[] {
  const image = images.makerOf(spec.image);
  return image === undefined ? [] : [image];
}

/** Then nothing that its start waits for may wait for the stop of the DNS, which waits for the withdrawals. */
export function isDnsReplaced({ decisions, dns }: InstanceContext): boolean {
  return [...decisions.values()].some((other) => isMade(other) && other.spec.container === dns?.container);
}

function withdraw(
  existing: ObservedContainer,
  decision: Decision,
  needs: readonly string[],
  context: InstanceContext,
): readonly string[] {
  const { builder, dns } = context;
  const { key } = decision.spec;
  const common = { id: withdrawId(decision), subject: key, cause: decision.reason, needs, keys: [key] };
  if (dns !== undefined && isWithdrawn(decision, context))
    return [builder.add({ ...common, kind: 'withdraw-names', dns: dns.container })];
  // Without the wait that follows, its client's own withdrawal at the stop would do.
  if (isDrained(decision, context) && isFoundElsewhere(existing, context))
    return [builder.add({ ...common, kind: 'withdraw-names', dns: existing.name, by: 'client' })];
  return [];
}

function withdrawId({ spec }: Decision): string {
  return `withdraw ${spec.key}`;
}

/** Instances that share a name answer for it meanwhile. */
function isDrained({ spec }: Decision, { options }: InstanceContext): boolean {
  return options.replace === 'always' && dnsPolicy(spec) === 'APPEND';
}

function drain({ spec: { key } }: Decision, needs: readonly string[], { builder }: InstanceContext): readonly string[] {
  const drained = builder.add({
    id: `drain ${key}`,
    kind: 'wait-seconds',
    subject: key,
    cause: 'clients may use its address until their DNS answers expire',
    needs,
    seconds: answerSeconds,
  });
  return [drained];
}

function remove(
  existing: ObservedContainer,
  { spec, reason }: Decision,
  needs: readonly string[],
  { builder }: InstanceContext,
): string {
  const expected = expectedWithHash(existing);
  return removeContainer(existing, { name: spec.key, cause: reason, needs, expected }, builder);
}

function expectedWithHash(existing: ObservedContainer): ExpectedContainer {
  const { ownership } = existing;
  return { ...expectedOf(existing), ...(ownership === undefined ? {} : { specHash: ownership.specHash }) };
}

/** A dns stops when the names of all that are replaced with it are withdrawn. */
function otherWithdrawals({ name }: ObservedContainer, context: InstanceContext): readonly string[] {
  if (name !== context.dns?.container) return [];
  return [...context.decisions.values()]
    .filter((other) => isMade(other) && isWithdrawn(other, context))
    .map(withdrawId);
}

function isUp({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'restarting';
}

/** As it was made, whatever the files say now. */
function isFoundElsewhere(existing: ObservedContainer, { dns }: InstanceContext): boolean {
  return (
    isUp(existing) &&
    existingInstances([existing]).some(({ spec }) => isServedElsewhere(spec, dns) && dnsPolicy(spec) !== 'HIDE')
  );
}

/** Its names are taken out of the dns before it stops: the dns that runs now, also when that is replaced as well. */
function isWithdrawn({ spec, existing }: Decision, { containers, dns }: InstanceContext): boolean {
  if (existing === undefined || dns === undefined || existing.name === dns.container || !isUp(existing)) return false;
  if (spec.lease === 'none' || isServedElsewhere(spec, dns)) return false;
  return containers.get(dns.container)?.state === 'running';
}
