import type { ImageSpec, InstanceSpec, KeySpec, Owner, Template } from '../model/desired.ts';
import type { LockedSuite } from '../model/lock.ts';
import type { ObservedPort } from '../model/observed-state.ts';
import type { ServiceEntry } from '../model/service-entry.ts';
import type * as parts from './operation-parts.ts';

interface Common {
  /** Unique in the plan, the same for the same input: `create demo-one`, with several hosts `create demo-one@web-1`. */
  readonly id: string;
  /** The line of the display that it belongs to: an instance's key, an image, the network. */
  readonly subject: string;
  /** Why: `no container`, `environment.DB_HOST changed`. */
  readonly cause: string;
  /** Name of the host where it is done; absent where the plan is of one host. */
  readonly host?: string;
  /** Ids of operations that must be done before. */
  readonly needs: readonly string[];
  /** Ids of operations that must have begun before, or, where they are waits, have ended; whatever comes of them. */
  readonly follows?: readonly string[];
  /** Done also after a failure or an interruption, once the lock is held: it restores what the plan changed. */
  readonly always?: true;
}

/**
 * The vocabulary of a plan, by kind. An operation is one call to the engine, one write on this machine, or one wait;
 * together they are all that `apply` can do. A new kind is a row here, a row of `operationKinds` below, and a
 * function in `apply/operations.ts`; the compiler asks for all three.
 */
interface Operations {
  /** `withoutSpace`: when the engine has no space for a lock, the plan is applied without one. */
  lock: { readonly owner: Owner; readonly withoutSpace?: true };
  unlock: { readonly owner: Owner };
  'create-key': { readonly key: KeySpec };

  'make-base-images': {
    readonly os: string;
    readonly references: readonly string[];
    readonly cache: boolean;
    /** The state of the package archive that they have to be made from; absent: as it is. */
    readonly archive?: readonly LockedSuite[];
  };
  'build-image': { readonly image: ImageSpec; readonly cache: boolean };
  'pull-image': { readonly reference: string; readonly platform?: string };
  /** From the engine of the command to that of the host, without the layers that are there by then. */
  'send-image': {
    readonly reference: string;
    readonly content: string;
    readonly layersThere: readonly string[];
    readonly bytes: number;
  };

  /** With all its names. One that is in use by then, or has a name by then that is not here, stays. */
  'remove-image': { readonly image: string; readonly references: readonly string[] };
  /** Writes a file of this machine, as a whole: the images of services as the engine has them by then. */
  'write-lock': {
    readonly owner: Owner;
    readonly file: string;
    readonly project: string;
    readonly conf: string;
    /** By service. */
    readonly images: Readonly<Record<string, parts.ImageToLock>>;
  };

  'create-network': {
    readonly network: string;
    readonly subnet: string;
    readonly dynamicRange: string;
    readonly gateway: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Of a Swarm. */
    readonly driver?: 'overlay';
  };
  'remove-network': { readonly network: string; readonly networkId: string };
  'create-volume': { readonly volume: string; readonly labels: Readonly<Record<string, string>> };
  'remove-volume': { readonly volume: string };

  /** Makes the folders of a directory of the host where they are missing. */
  'prepare-data': OfDirectory & { readonly folders: readonly parts.DataFolder[]; readonly onThisMachine: boolean };
  /** Copies what the image has there into empty folders, and finishes a copy that was interrupted. */
  'complete-data': OfDirectory & { readonly folders: readonly parts.DataFolder[]; readonly image: parts.ImageChoice };
  /** Writes the folders of a directory of the host into one new file of this machine. */
  'save-data': OfDirectory & {
    readonly folders: readonly string[];
    readonly file: string;
    readonly manifest: parts.BackupManifest;
  };
  /** Reads the folders of such a file into the directory, and moves aside what it has. */
  'restore-data': OfDirectory & {
    readonly folders: readonly string[];
    readonly file: string;
    readonly sha256: string;
    readonly asideSuffix: string;
    /** The first of them that has a shell is used for the work. */
    readonly images: readonly string[];
    readonly onThisMachine: boolean;
    /** Files keep the modes that let them run with other rights than their caller's. */
    readonly sameModes: boolean;
  };

  'create-container': {
    readonly spec: InstanceSpec;
    readonly image: parts.ImageChoice;
    readonly labels: Readonly<Record<string, Template>>;
    readonly fixedAddress?: string;
    readonly carried?: readonly parts.CarriedVolume[];
    readonly replaces?: parts.ReplacedContainer;
  };
  /** Absent `container`: the spec's. */
  'put-files': { readonly spec: InstanceSpec; readonly container?: string };
  'start-container': {
    readonly container: string;
    readonly network?: string;
    readonly expected?: parts.ExpectedContainer;
  };
  'pause-container': { readonly expected: parts.ExpectedContainer };
  'unpause-container': { readonly expected: parts.ExpectedContainer };
  /** Of the container that has the name by then. */
  'rename-container': { readonly container: string; readonly name: string };
  'set-restart-policy': { readonly container: string; readonly restart: InstanceSpec['runtime']['restart'] };
  'stop-container': { readonly expected: parts.ExpectedContainer; readonly limitSeconds: number | undefined };
  /** `withVolumes`: together with the volumes that the engine made for it alone. */
  'remove-container': { readonly expected: parts.ExpectedContainer; readonly withVolumes?: true };

  'wait-ready': {
    readonly container: string;
    /** Undefined: the default of what is waited for. */
    readonly limitSeconds: number | undefined;
    /** The plan did not start it. */
    readonly wasRunning: boolean;
    /** Ready is when it has ended with exit code 0. */
    readonly until?: 'completed';
    /** How long one without any healthcheck must have run. */
    readonly steadySeconds?: number;
  };
  'wait-seconds': { readonly seconds: number };
  'check-running': { readonly containers: readonly string[] };

  'hold-names': InDns & { readonly spec: InstanceSpec; readonly address: Template; readonly policy: string };
  'await-names': InDns & { readonly names: readonly parts.AwaitedName[]; readonly limitSeconds: number };
  'withdraw-names': InDns & { readonly keys: readonly string[] };
  /** Starts the client that registers its names again. */
  'restart-client': { readonly container: string };

  /** In a directory of services. Without `published`, the ports that the container has by then. */
  'register-service': {
    readonly entry: ServiceEntry;
    readonly container: string;
    readonly published?: readonly ObservedPort[];
  };
  'deregister-service': { readonly serviceId: string };
  /** A fact of the node, in the key-value store of the directory. */
  'put-key': { readonly key: string; readonly value: string };

  /** One transaction of a directory of keys: done when all expected keys are as the plan saw them, else not at all. */
  'change-keys': { readonly expected: readonly parts.ExpectedKey[]; readonly writes: readonly parts.KeyWrite[] };

  'create-swarm-service': { readonly spec: InstanceSpec; readonly labels: Readonly<Record<string, Template>> };
  'update-swarm-service': {
    readonly spec: InstanceSpec;
    readonly labels: Readonly<Record<string, Template>>;
    readonly serviceId: string;
    readonly version: number;
  };
  'remove-swarm-service': { readonly serviceId: string; readonly name: string };
}

interface OfDirectory {
  readonly owner: Owner;
  readonly directory: string;
}

/** Done in the container `dns`: the DNS's, or with `by` an instance's, whose client asks the DNS of another host. */
interface InDns {
  readonly dns: string;
  readonly by?: 'client';
}

export type OperationKind = keyof Operations;
export type OperationOf<K extends OperationKind> = Common & { readonly kind: K } & Readonly<Operations[K]>;
export type Operation = { [K in OperationKind]: OperationOf<K> }[OperationKind];

interface KindFacts {
  /** For a progress display: while it works, and when it is done. */
  readonly working: string;
  readonly done: string;
  /** What its subject is; absent: an instance. */
  readonly subject?: 'image' | 'network' | 'project';
  /** It keeps no engine busy, and may be abandoned at any time. */
  readonly waits?: true;
  /** It stops or removes something, or prepares that: what a full disk needs. */
  readonly ends?: true;
  /** `nothing`: no change where all is up to date. `shared`: right whoever else does it. Both need no lock. */
  readonly changes?: 'nothing' | 'shared';
}

export const operationKinds: { readonly [K in OperationKind]: KindFacts } = {
  lock: { working: 'waiting for the lock', done: 'locked', subject: 'project' },
  unlock: { working: 'releasing the lock', done: 'released', subject: 'project' },
  'create-key': { working: 'creating key', done: 'key created' },
  'make-base-images': { working: 'making base images', done: 'base images made', subject: 'image' },
  'build-image': { working: 'building', done: 'built', subject: 'image' },
  'pull-image': { working: 'pulling', done: 'pulled', subject: 'image', changes: 'shared' },
  'remove-image': { working: 'removing image', done: 'image removed', subject: 'image', ends: true },
  'write-lock': { working: 'writing the lock file', done: 'lock file written', subject: 'project' },
  'send-image': { working: 'sending', done: 'sent', subject: 'image' },
  'create-network': { working: 'creating network', done: 'network created', subject: 'network' },
  'remove-network': { working: 'removing network', done: 'network removed', subject: 'network', ends: true },
  'create-volume': { working: 'creating volume', done: 'volume created' },
  'remove-volume': { working: 'removing volume', done: 'volume removed', ends: true },
  'prepare-data': { working: 'preparing data directory', done: 'data directory ready' },
  'complete-data': { working: 'completing the first copy of its data', done: 'data complete' },
  'save-data': { working: 'saving data', done: 'data saved' },
  'restore-data': { working: 'restoring data', done: 'data restored' },
  'create-container': { working: 'creating', done: 'created' },
  'put-files': { working: 'copying keys and secrets', done: 'keys and secrets copied' },
  'start-container': { working: 'starting', done: 'started' },
  'pause-container': { working: 'pausing', done: 'paused' },
  'unpause-container': { working: 'resuming', done: 'resumed', ends: true },
  'rename-container': { working: 'renaming', done: 'renamed', ends: true },
  'set-restart-policy': { working: 'setting restart policy', done: 'restart policy set', ends: true },
  'stop-container': { working: 'stopping', done: 'stopped', ends: true },
  'remove-container': { working: 'removing', done: 'removed', ends: true },
  'wait-ready': { working: 'waiting until ready', done: 'ready', waits: true, changes: 'nothing' },
  'wait-seconds': { working: 'waiting', done: 'waited', waits: true, changes: 'nothing' },
  'check-running': {
    working: 'checking that all still run',
    done: 'all running',
    subject: 'project',
    changes: 'nothing',
  },
  'hold-names': { working: 'publishing DNS names', done: 'DNS names published', changes: 'nothing' },
  'await-names': {
    working: 'waiting for DNS names',
    done: 'DNS names resolve',
    subject: 'project',
    waits: true,
    changes: 'nothing',
  },
  'restart-client': { working: 'restarting its DNS client', done: 'DNS client restarted' },
  'withdraw-names': { working: 'withdrawing DNS names', done: 'DNS names withdrawn', ends: true },
  'register-service': { working: 'registering', done: 'registered', changes: 'shared' },
  'deregister-service': { working: 'deregistering', done: 'deregistered', changes: 'shared' },
  'put-key': { working: 'writing', done: 'written', changes: 'shared' },
  'change-keys': { working: 'writing keys', done: 'keys written', changes: 'shared' },
  'create-swarm-service': { working: 'creating service', done: 'service created' },
  'update-swarm-service': { working: 'updating service', done: 'service updated' },
  'remove-swarm-service': { working: 'removing service', done: 'service removed', ends: true },
};
