import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy, isServedElsewhere } from '../names/published-names.ts';
import { expectedOf, removeContainer } from '../remove.ts';
import { existingInstances } from '../spec/existing-instance.ts';
import { isMade, type Decision, type InstanceContext } from './decision.ts';
import { removeScratch } from './own-volumes.ts';

/** How long others go on using an answer of the DNS: the TTL that the arbiter gives its records. */
const answerSeconds = 5;

/**
 * Withdraws the names of the container that an instance replaces, waits until the answers that others hold have run
 * out, stops and removes it. Begins when there is an image to replace it with: a build that fails must leave what
 * runs. Returns what the new container waits for.
 */
export function takeAway(decision: Decision, context: InstanceContext): readonly string[] {
  const { spec, existing, reason } = decision;
  if (existing === undefined) return [];
  const image = context.images.makerOf(spec.image);
  const imageMade = image === undefined ? [] : [image];
  const withdrawn = withdraw(existing, decision, imageMade, context);
  const drained =
    withdrawn.length > 0 && isDrained(decision, context) ? drain(decision, withdrawn, context) : withdrawn;
  const before = drained.length > 0 ? drained : imageMade;
  const removed = remove(existing, decision, [...before, ...otherWithdrawals(existing, context)], context);
  const scratch = { subject: spec.key, cause: reason, needs: [removed] };
  removeScratch(existing, context.observed, scratch, context.builder);
  return [removed];
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
  const { ownership } = existing;
  const expected = {
    ...expectedOf(existing),
    ...(ownership === undefined ? {} : { specHash: ownership.specHash }),
  };
  const { stopSeconds } = spec.runtime;
  return removeContainer(existing, { name: spec.key, cause: reason, needs, expected, stopSeconds }, builder);
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
