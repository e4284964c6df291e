import type { Desired, InstanceSpec, Template } from '../model/desired.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import type { Difference } from './plan.ts';
import type { ImageChoice } from './operation.ts';
import type { PlanBuilder } from './builder.ts';

export interface RunOptions {
  /** `never` leaves what differs and says so; `changed` replaces it; `always` replaces the instances asked for. */
  readonly replace: 'never' | 'changed' | 'always';
  /** `missing` builds only what is not there; `stale` also what is older than its source. */
  readonly build: 'missing' | 'stale';
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

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

export interface PlanContext {
  readonly desired: Desired;
  readonly observed: ObservedState;
  readonly facts: HostFacts;
  readonly options: RunOptions;
  readonly builder: PlanBuilder;
}

/** What the instance planner needs beside: made by the steps before it. */
export interface InstanceContext extends PlanContext {
  readonly network: NetworkPlan | undefined;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly imageOf: (reference: string) => ImageChoice;
  /** Operation that makes the image, if this plan makes it. */
  readonly imageOperation: (reference: string) => string | undefined;
  /** Whether some container has run with this data folder. */
  readonly ranWith: (directory: string) => boolean;
  /** Container name of the dns instance that runs or will run here. */
  readonly dns: string | undefined;
  /** Its SERVICE_IP, if it has one: where other hosts find it. */
  readonly dnsAddress: Template | undefined;
}

export function isMade(decision: Decision | undefined): boolean {
  return decision?.action === 'create' || decision?.action === 'replace';
}
