import type { InstanceSpec } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import { hasProcesses } from '../has-processes.ts';
import type { ImagePlan } from '../images/plan-images.ts';
import type { Difference } from '../plan.ts';

/** What is to become of one instance, decided before any operation is planned. */
export interface Decision {
  readonly spec: InstanceSpec;
  readonly action: 'create' | 'replace' | 'keep' | 'check' | 'conflict' | 'stopped';
  readonly reason: string;
  readonly existing?: ObservedContainer;
  readonly differences: readonly Difference[];
}

/** The network of the owner as it is or will be. */
export interface NetworkPlan {
  readonly name: string;
  /** Id of the operation that makes it. */
  readonly operation?: string;
  readonly reserved: string;
}

/** What the instance planner needs beside: made by the steps before it. */
export interface InstanceContext extends RunContext {
  readonly network: NetworkPlan | undefined;
  /** By key. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly images: ImagePlan;
  /** Whether some container has run with this data folder. */
  readonly ranWith: (directory: string) => boolean;
}

export function isMade(decision: Decision | undefined): boolean {
  return decision?.action === 'create' || decision?.action === 'replace';
}

/** Whether the new container is made beside one that has processes. */
export function isBeside(decision: Decision): decision is Decision & { readonly existing: ObservedContainer } {
  return decision.action === 'replace' && decision.existing !== undefined && hasProcesses(decision.existing);
}

/** The instances that this plan makes, in the order of their decisions. */
export function madeInstances(decisions: Iterable<Decision>): readonly InstanceSpec[] {
  return [...decisions].filter(isMade).map(({ spec }) => spec);
}
