import type { Desired, InstanceSpec, Owner } from '../model/desired.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import { PlanBuilder } from './builder.ts';
import { findDns, type DnsPlace } from './names/published-names.ts';
import { ownContainers } from './ownership.ts';
import { existingInstances, type ExistingInstance } from './spec/existing-instance.ts';

export interface RunOptions {
  /** `never` leaves what differs and reports it; `changed` replaces it; `always` replaces the instances asked for. */
  readonly replace: 'never' | 'changed' | 'always';
  /** `missing` builds only what does not exist; `stale` also what is older than its source. */
  readonly build: 'missing' | 'stale';
  readonly wait: boolean;
  /** Longest wait for an instance to be ready; undefined: the default of what is waited for. */
  readonly timeoutSeconds: number | undefined;
  /** Of these services the next instance stops when the one before is in use. */
  readonly oneByOne?: 'all' | readonly string[];
  /** Instances are started in their order, with their `sleep` between them. */
  readonly inOrder?: boolean;
  /** What is replaced stays, stopped, until a later run. */
  readonly keepOld?: boolean;
  /** The new containers are to be known as those of an earlier image. */
  readonly rollsBack?: boolean;
}

/** What checks of the host itself look at. */
export type HostContext = Pick<RunContext, 'owner' | 'observed' | 'facts' | 'builder'>;

/** What every planner works on: one owner on one host. What several steps ask for is computed here, once. */
export interface OwnerContext {
  readonly owner: Owner;
  readonly observed: ObservedState;
  readonly builder: PlanBuilder;
  /** All containers of the host, by name. */
  readonly containers: ReadonlyMap<string, ObservedContainer>;
  /** Those of the owner, by name. */
  readonly own: ReadonlyMap<string, ObservedContainer>;
  /** Those of the owner with the specs that they were made from, by key. */
  readonly existing: readonly ExistingInstance[];
}

export interface RunContext extends OwnerContext {
  readonly desired: Desired;
  readonly facts: HostFacts;
  readonly options: RunOptions;
  /** The DNS that runs or will run on this host. */
  readonly dns: DnsPlace | undefined;
}

export function ownerContext(owner: Owner, observed: ObservedState): OwnerContext {
  const own = ownContainers(owner, observed);
  return {
    owner,
    observed,
    builder: new PlanBuilder(owner),
    containers: new Map(observed.containers.map((container) => [container.name, container])),
    own,
    existing: existingInstances([...own.values()]),
  };
}

export function runContext(
  desired: Desired,
  observed: ObservedState,
  facts: HostFacts,
  options: RunOptions,
): RunContext {
  const context = ownerContext(desired.owner, observed);
  const running = context.existing.filter(({ container }) => container.state === 'running');
  const specs = [...localInstances(desired), ...running.map(({ spec }) => spec)];
  return { ...context, desired, facts, options, dns: findDns(specs) };
}

/** Instances that are containers of the engine, not services of its Swarm. */
export function localInstances({ instances }: Desired): readonly InstanceSpec[] {
  return instances.filter(({ placement }) => placement.kind === 'engine');
}
