import type { Desired, InstanceSpec, Owner } from '../../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { isSameOwner } from '../ownership.ts';
import type { Verdict } from '../plan.ts';
import { instanceDifferences } from '../spec/differences.ts';

/**
 * Containers, by key, that are as desired, do not run, and are not started either: those that ended where their
 * restart policy leaves them so, and those that somebody has paused, which nobody does by mistake.
 */
export function leftAlone(
  { instances, owner }: Desired,
  observed: ObservedState,
): ReadonlyMap<string, ObservedContainer> {
  const containers = new Map(observed.containers.map((container) => [container.name, container]));
  return new Map(
    instances.flatMap((spec) => {
      const container = containers.get(spec.container);
      return container && isLeftAlone(spec, container, owner) ? [[spec.key, container] as const] : [];
    }),
  );
}

function isLeftAlone(spec: InstanceSpec, container: ObservedContainer, owner: Owner): boolean {
  const { ownership, state } = container;
  if (ownership === undefined || !isSameOwner(ownership.owner, owner)) return false;
  if (instanceDifferences(container, spec).length > 0) return false;
  return state === 'paused' || hasEnded(spec, container);
}

function hasEnded({ runtime: { restart } }: InstanceSpec, { state, exitCode }: ObservedContainer): boolean {
  if (state !== 'exited') return false;
  if (restart === 'on-failure') return exitCode === 0;
  // After so many failures the engine gives up, too.
  return restart === 'no' || restart === 'unless-stopped' || restart.startsWith('on-failure:');
}

export function leftAloneVerdict([key, container]: readonly [string, ObservedContainer]): Verdict {
  const { name, state, exitCode } = container;
  const ended = `exited with code ${String(exitCode ?? 'unknown')}, and its restart policy leaves it so`;
  const reason = state === 'paused' ? 'it is paused' : ended;
  return { key, container: name, verdict: 'keep', reason, differences: [] };
}
