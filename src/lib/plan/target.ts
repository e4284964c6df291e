import { isMeant, matchesWildcard } from '../model/wildcard.ts';
import type { ObservedContainer } from '../model/observed-state.ts';

/** Instances of one service: one of them, or all; `*` in a name stands for any text. */
interface ServiceTarget {
  readonly service: string;
  readonly instance: string | undefined;
  /** Where it is all of them, but for these. */
  readonly except?: readonly string[];
}

/** Instances of the owner that a command is about. */
export type Target = 'all' | readonly ServiceTarget[];

export function isTarget({ ownership }: ObservedContainer, target: Target): boolean {
  return ownership !== undefined && includesInstance(target, ownership.service, ownership.instance);
}

export function includesInstance(target: Target, service: string, instance: string): boolean {
  if (target === 'all') return true;
  return target
    .filter((member) => isMeant(member, { service, instance }))
    .some(({ except = [] }) => !except.includes(instance));
}

/** True when the target has all instances of the service. */
export function includesService(target: Target, service: string): boolean {
  return (
    target === 'all' ||
    target.some((member) => matchesWildcard(member.service, service) && (member.instance ?? '*') === '*')
  );
}
