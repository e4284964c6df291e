import type { Health, TaskState } from '../../model/observed-state.ts';
import type { LabelledVersion } from './version-labels.ts';

/** In the words of Swarm's tasks; a container of the local engine has the one that fits. */
export type UnitState = TaskState;

/** One running copy of a version of a service: a task of a Swarm, or a container of the local engine. */
export interface Unit extends LabelledVersion {
  /** `<service>-<version>-<instance>`. */
  readonly name: string;
  /** From 1. */
  readonly instance: number;
  /** Of the task, or of the container. */
  readonly id: string;
  readonly state: UnitState;
  /** Of a container; a task is `running` only when it is healthy. */
  readonly health?: Health;
  /** Healthy, or without a healthcheck and running for 3 s. */
  readonly isReady: boolean;
  /** Of the Swarm; on a local engine that of the engine. */
  readonly nodeId?: string;
  /** Its container, as far as it has one. */
  readonly containerId?: string;
  /** In the network of the units; of a local engine only. */
  readonly address?: string;
  /** In milliseconds since 1970, of its state, or of the container. */
  readonly since: number;
  readonly error?: string;
  readonly exitCode?: number;
  /** Its node does not have its image and cannot pull it. */
  readonly lacksImage?: true;
  /** Equal for units that were made from the same. */
  readonly hash: string;
}

export function unitName({ service, version, instance }: Pick<Unit, 'service' | 'version' | 'instance'>): string {
  return `${versionName({ service, version })}-${String(instance)}`;
}

/** Of the Swarm service of a version. */
export function versionName({ service, version }: Pick<Unit, 'service' | 'version'>): string {
  return `${service}-${String(version)}`;
}

const endedStates: ReadonlySet<UnitState> = new Set(['complete', 'failed', 'rejected']);
const leftStates: ReadonlySet<UnitState> = new Set([...endedStates, 'shutdown', 'orphaned', 'remove']);

/** It has ended, and nobody stopped it. */
export function hasEnded({ state }: Pick<Unit, 'state'>): boolean {
  return endedStates.has(state);
}

/** It has no process any more and will have none. */
export function hasLeft({ state }: Pick<Unit, 'state'>): boolean {
  return leftStates.has(state);
}
