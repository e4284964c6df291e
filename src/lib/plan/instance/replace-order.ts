import { dnsPolicy, isPublished } from '../names/published-names.ts';
import { planAwaitLease } from '../names/plan-names.ts';
import { isBeside, isMade, type Decision, type InstanceContext } from './decision.ts';
import { dependenciesFirst } from './dependency-order.ts';

/**
 * Of the instances of one service that take its name from each other (REPLACE) the next one starts when the names of
 * the one before are registered, so that the name changes hands in the order of run.conf. That the last one has it in
 * the end does not depend on this, but on their start numbers: one that fails to register delays the next, no more.
 */
export function planReplaceOrder(context: InstanceContext): void {
  const { decisions, options } = context;
  if (options.inOrder !== true || !options.wait) return;
  const takers = dependenciesFirst(decisions.values()).filter((decision) => isMade(decision) && takesName(decision));
  for (const ofService of Map.groupBy(takers, ({ spec }) => spec.service).values()) {
    const [first, ...others] = ofService;
    let former = first;
    for (const next of others) {
      if (former !== undefined) startAfter(next, former, context);
      former = next;
    }
  }
}

function takesName({ spec }: Decision): boolean {
  return isPublished(spec) && dnsPolicy(spec) === 'REPLACE';
}

function startAfter(next: Decision, { spec: former }: Decision, { builder, dns }: InstanceContext): void {
  const registered = former.lease === 'dockerops' ? `hold ${former.key}` : `start ${former.key}`;
  const awaited = planAwaitLease(former, { builder, dns, needsOf: () => [registered] });
  if (awaited === undefined) return;
  builder.addFollows(isBeside(next) ? `hold back ${next.spec.key}` : `start ${next.spec.key}`, awaited);
}
