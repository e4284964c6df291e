/** In the words of Swarm's tasks; a container of the local engine has the one that fits. */
export type UnitState =
  | 'new'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'failed'
  | 'rejected'
  | 'shutdown'
  | 'orphaned'
  | 'remove';

/** One running copy of a version of a service: a task of a Swarm, or a container of the local engine. */
export interface Unit {
  /** `<service>-<version>-<instance>`. */
  readonly name: string;
  readonly service: string;
  readonly version: number;
  /** From 1. */
  readonly instance: number;
  /** Of the task, or of the container. */
  readonly id: string;
  readonly state: UnitState;
  /** Healthy, or without a healthcheck and running for 3 s. */
  readonly isReady: boolean;
  /** Of the Swarm; on a local engine that of the engine. */
  readonly nodeId?: string;
  /** In the network of the units. */
  readonly address?: string;
  /** In milliseconds since 1970, of its state. */
  readonly since: number;
  readonly error?: string;
  readonly exitCode?: number;
}
