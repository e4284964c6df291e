import type { Decision, PlanContext } from '../context.ts';
import { isMade } from '../context.ts';
import { difference } from '../spec/differences.ts';

/**
 * Whoever has the address of an instance that this plan makes anew will have a wrong one: it is replaced as well where that is allowed,
 * and told of where it is not. The dns instance comes back with its address.
 */
export function followLinks(decisions: readonly Decision[], context: PlanContext): readonly Decision[] {
  const moving = new Set(decisions.filter(isMoving).map(({ spec }) => spec.container));
  const followed = decisions.map((decision) => follow(decision, moving, context));
  const isStable = followed.every((decision, index) => decision.action === decisions[index]?.action);
  return isStable ? followed : followLinks(followed, context);
}

function isMoving(decision: Decision): boolean {
  const { network } = decision.spec;
  return isMade(decision) && !(network.mode === 'network' && network.reservedAddress);
}

function follow(decision: Decision, moving: ReadonlySet<string>, { options }: PlanContext): Decision {
  const { action, existing, differences } = decision;
  if (action !== 'keep' && action !== 'check') return decision;
  const known = new Set(differences.map(({ field }) => field));
  const stale = Object.entries(existing?.ownership?.linkAddresses ?? {}).filter(
    ([target]) => moving.has(target) && !known.has(`links.${target}`),
  );
  if (stale.length === 0) return decision;
  const all = [
    ...differences,
    ...stale.map(([target, address]) => difference(`links.${target}`, address, 'the one that it gets anew')),
  ];
  const reason = `${all.map(({ field }) => field).join(', ')} changed`;
  return { ...decision, action: options.replace === 'never' ? action : 'replace', reason, differences: all };
}
