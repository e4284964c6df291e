import type { RunContext } from '../context.ts';
import { difference } from '../spec/differences.ts';
import { changedText } from './decide.ts';
import { isMade, type Decision } from './decision.ts';

/**
 * An instance that has the address of one that this plan replaces would keep a wrong one: it is replaced as well
 * where that is allowed, and reported where it is not. The dns instance keeps its address.
 */
export function followLinks(decisions: readonly Decision[], context: RunContext): readonly Decision[] {
  const moving = new Set(decisions.filter(isMoving).map(({ spec }) => spec.container));
  const followed = decisions.map((decision) => follow(decision, moving, context));
  const isStable = followed.every((decision, index) => decision.action === decisions[index]?.action);
  return isStable ? followed : followLinks(followed, context);
}

function isMoving(decision: Decision): boolean {
  const { network } = decision.spec;
  return isMade(decision) && !(network.mode === 'network' && network.reservedAddress);
}

function follow(decision: Decision, moving: ReadonlySet<string>, { options }: RunContext): Decision {
  const { action, existing, differences } = decision;
  if ((action !== 'keep' && action !== 'check') || decision.spec.wait === 'completed') return decision;
  const known = new Set(differences.map(({ field }) => field));
  const stale = Object.entries(existing?.ownership?.linkAddresses ?? {}).filter(
    ([target]) => moving.has(target) && !known.has(`links.${target}`),
  );
  if (stale.length === 0) return decision;
  const all = [
    ...differences,
    ...stale.map(([target, address]) => difference(`links.${target}`, address, 'its new address')),
  ];
  return {
    ...decision,
    action: options.replace === 'never' ? action : 'replace',
    reason: changedText(all),
    differences: all,
  };
}
