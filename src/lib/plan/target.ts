import { isMeant, matchesWildcard } from '../model/wildcard.ts';
import type { ObservedContainer } from '../model/observed-state.ts';

/** Instances of one service: one of them, or all; `*` in a name stands for any text. */
interface ServiceTarget {
  readonly service: string;
  readonly instance: string | undefined;
  /** Where it is all of them, but for these. */
  readonly except?: readonly string[];
}

export type Members = 'all' | readonly ServiceTarget[];

/** Of the members only the instances with these keys: those that a user was shown, and confirmed. */
interface ConfirmedTarget {
  readonly of: Members;
  readonly only: readonly string[];
}

/** Instances of the owner that a command is about. */
export type Target = Members | ConfirmedTarget;

export function isTarget({ ownership }: ObservedContainer, target: Target): boolean {
  if (ownership === undefined || !includesInstance(target, ownership.service, ownership.instance)) return false;
  return !isConfirmed(target) || target.only.includes(ownership.key);
}

/** For each of the members that came after the confirmation. */
export function unconfirmedNotices(containers: readonly ObservedContainer[], target: Target): readonly string[] {
  if (!isConfirmed(target)) return [];
  const keys = containers
    .filter((container) => isTarget(container, target.of) && !isTarget(container, target))
    .map(({ ownership, name }) => ownership?.key ?? name);
  return [...new Set(keys)].map((key) => `${key} came after the question and is left as it is`);
}

export function includesInstance(target: Target, service: string, instance: string): boolean {
  const members = membersOf(target);
  if (members === 'all') return true;
  return members
    .filter((member) => isMeant(member, { service, instance }))
    .some(({ except = [] }) => !except.includes(instance));
}

/** True when the target has all instances of the service. */
export function includesService(target: Target, service: string): boolean {
  const members = membersOf(target);
  return (
    members === 'all' ||
    members.some((member) => matchesWildcard(member.service, service) && (member.instance ?? '*') === '*')
  );
}

export function isAll(target: Target): boolean {
  return membersOf(target) === 'all';
}

/** Also those that came after the confirmation. */
export function membersOf(target: Target): Members {
  return isConfirmed(target) ? target.of : target;
}

function isConfirmed(target: Target): target is ConfirmedTarget {
  return typeof target === 'object' && 'of' in target;
}
