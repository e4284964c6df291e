/**
 * A snapshot of one engine, taken before planning so that the planner asks nothing more. Made from list calls, with
 * all labels parsed. It makes no choice: selection is the planner's.
 */
import type { InstanceType } from '../switches.ts';
import type { Owner, SwarmMode } from './desired.ts';
import type { LabelledSpec } from './labelled-spec.ts';

export interface EngineFacts {
  /** The engine's own id, the same by whatever route it is reached. */
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  /** As images name it: amd64, arm64. */
  readonly architecture: string;
  readonly swarm: 'inactive' | 'worker' | 'manager';
  /** Id of the machine in its Swarm. */
  readonly swarmNodeId?: string;
  /** Size of the machine. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** How it stores images and containers, and in which directory of its host. */
  readonly storageDriver?: string;
  /** `containerd`: it keeps images whole, as a registry has them; `layers`: each layer by its content. */
  readonly imageStore?: 'containerd' | 'layers';
  readonly dataDirectory?: string;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface ObservedPort {
  readonly container: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host?: number;
  readonly ip?: string;
}

/** Our labels of a container, parsed; present only when they prove an owner. */
export interface Ownership {
  readonly owner: Owner;
  readonly key: string;
  readonly service: string;
  readonly instance: string;
  readonly type: InstanceType;
  readonly conf?: string;
  readonly unnamed: boolean;
  readonly specVersion: string;
  readonly specHash: string;
  /** What the container was made from, as its label has it; empty if it has none. */
  readonly specLabel: string;
  /** The same, read. */
  readonly spec: LabelledSpec;
  readonly hostKey?: string;
  readonly linkAddresses: Readonly<Record<string, string>>;
  /** Of containers that are made later it is higher; absent for those of versions that had none. */
  readonly startNumber?: number;
}

/** A volume of the engine, and where a container has it. */
export interface VolumeUse {
  readonly name: string;
  readonly target: string;
}

/** Values as the engine has them, for comparing; never printed. */
export interface ObservedSecrets {
  readonly files: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** The engine's words: `Up 3 minutes (healthy)`. */
  readonly status: string;
  readonly health: Health;
  readonly exitCode?: number;
  /** Seconds since 1970, engine's clock. */
  readonly created: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownership?: Ownership;
  /** Address by network name; empty string while not running. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: readonly ObservedPort[];
  readonly volumes: readonly VolumeUse[];
  /** Inspected only where a plan compares them. */
  readonly secrets?: ObservedSecrets;
  /** It runs, and the client in it holds no lease in the DNS here. Absent also where that was not looked at. */
  readonly isUnregistered?: true;
}

export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface ObservedVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ObservedImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly created: number;
  /** Only of inspected images: `80/tcp`, and `linux/amd64`. */
  readonly exposed?: readonly string[];
  readonly platform?: string;
  /** See image-content.ts. Only of images that a plan compares by it; absent also where it cannot be told. */
  readonly content?: string;
}

/** A service of a Swarm, as an `InstanceSpec` with placement `swarm` desires it. */
export interface ObservedSwarmService {
  readonly id: string;
  readonly name: string;
  /** The engine's version of the object; an update must name it. */
  readonly version: number;
  readonly mode: SwarmMode;
  /** How many tasks should run, and how many do; 0 where the engine was not asked for it. */
  readonly replicas: number;
  readonly running: number;
  readonly image: string;
  /** RFC 3339, the manager's clock. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  /** TCP ports that it has on hosts: `ingress` on all of them, `host` where its tasks are. Absent: none. */
  readonly published?: readonly { readonly host: number; readonly mode: 'ingress' | 'host' }[];
  readonly ownership?: Ownership;
}

/** A machine of a Swarm. */
export interface ObservedNode {
  readonly id: string;
  readonly hostname: string;
  /** At which the manager sees it. */
  readonly address: string;
  readonly role: 'manager' | 'worker';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: 'unknown' | 'down' | 'ready' | 'disconnected';
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly engineVersion: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** In the order in which a task goes through them; it ends in one of those from `complete` on. */
export const taskStates = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
] as const;
export type TaskState = (typeof taskStates)[number];

/** One run of a service's container on a node. The Swarm forgets it with its service. */
export interface ObservedTask {
  readonly id: string;
  readonly serviceId: string;
  /** Its number among the replicas; absent in a global service. */
  readonly slot?: number;
  /** Absent until a node was found. */
  readonly nodeId?: string;
  /** In the first of the networks that reach over the nodes; absent where it is in none, or has none yet. */
  readonly address?: string;
  readonly containerId?: string;
  readonly state: TaskState;
  /** What the Swarm wants it to become: `shutdown` also of one that has ended. */
  readonly desired: TaskState;
  /** The engine's words: `no suitable node (insufficient resources on 2 nodes)`. */
  readonly message: string;
  readonly error?: string;
  /** Its node does not have its image and could not pull it. */
  readonly lacksImage?: true;
  readonly exitCode?: number;
  /** When it entered its state; RFC 3339, the clock of the node or the manager. */
  readonly since: string;
}

export interface ObservedState {
  readonly engine: EngineFacts;
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  readonly images: readonly ObservedImage[];
  readonly swarmServices: readonly ObservedSwarmService[];
}
