/**
 * The vocabulary of a plan. One operation is one call to the engine, one write on this machine, or one wait; together they
 * are everything that `apply` can do. Every operation says why it is there and what it was computed against.
 */
import type { ObservedPort } from '../model/observed-state.ts';
import type { ImageSpec, InstanceSpec, KeySpec, Owner, Template } from '../model/desired.ts';
import type { ServiceEntry } from '../model/service-entry.ts';

interface Common {
  /** Unique in the plan, the same for the same input: `create demo-one`; in a plan of several hosts `create demo-one@web-1`. */
  readonly id: string;
  /** The line of the display that it belongs to: an instance's key, an image, the network. */
  readonly subject: string;
  /** Why: `no container`, `environment.DB_HOST changed`. */
  readonly cause: string;
  /** Where it is done: absent where the plan is of one host. */
  readonly host?: string;
  /** Ids of operations that must be done before. */
  readonly needs: readonly string[];
  /** Runs also when what it needs failed or the user interrupted, if only the lock was had: releasing it, letting go on what was stopped. */
  readonly always?: true;
}

/** A container as the plan saw it; the executor refuses to touch one that is no longer so. */
export interface ExpectedContainer {
  readonly id: string;
  readonly name: string;
  readonly specHash?: string;
}

/** What a backup says of itself. */
export interface BackupManifest {
  readonly format: 1;
  readonly project: string;
  readonly service: string;
  readonly instance: string;
  readonly image: string;
  readonly host: string;
  /** ISO 8601, clock of the machine of the command. */
  readonly created: string;
  /** In which state the instance was while it was read. */
  readonly taken: 'paused' | 'stopped' | 'not running';
  readonly folders: readonly string[];
}

/** A folder of a data directory, and where a container has it. */
export interface DataFolder {
  readonly name: string;
  readonly target: string;
  /** Of several instances: it begins empty, and everybody may write there. */
  readonly shared: boolean;
  /** No container has run with it, so that what a first copy left half done may be copied over. */
  readonly mayFinish: boolean;
}

/** A volume without a name of its own that the replaced container had: what is in it goes along. */
export interface CarriedVolume {
  readonly volume: string;
  readonly target: string;
}

/** An image by id where it stands already, else by the reference that an operation of this plan makes. */
export type ImageChoice = { readonly id: string } | { readonly reference: string };

export type Operation = Common &
  (
    | { readonly kind: 'lock'; readonly owner: Owner }
    | { readonly kind: 'unlock'; readonly owner: Owner }
    | { readonly kind: 'create-key'; readonly key: KeySpec }
    | {
        readonly kind: 'make-base-images';
        readonly os: string;
        readonly references: readonly string[];
        readonly cache: boolean;
      }
    | { readonly kind: 'build-image'; readonly image: ImageSpec; readonly cache: boolean }
    | { readonly kind: 'pull-image'; readonly reference: string; readonly platform?: string }
    | {
        readonly kind: 'create-network';
        readonly network: string;
        readonly subnet: string;
        readonly dynamicRange: string;
        readonly gateway: string;
        readonly labels: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'remove-network'; readonly network: string; readonly networkId: string }
    | { readonly kind: 'create-volume'; readonly volume: string; readonly labels: Readonly<Record<string, string>> }
    /** Folders of a directory of the engine's host: made where missing. */
    | {
        readonly kind: 'prepare-data';
        readonly owner: Owner;
        readonly directory: string;
        readonly folders: readonly DataFolder[];
        readonly onThisMachine: boolean;
      }
    /** Empty folders get what the image has there, and a copy that was interrupted is finished: all between two marks, before there is a container. */
    | {
        readonly kind: 'complete-data';
        readonly owner: Owner;
        readonly directory: string;
        readonly folders: readonly DataFolder[];
        readonly image: ImageChoice;
      }
    /** Folders of a directory of the engine's host into one new file of this machine. */
    | {
        readonly kind: 'save-data';
        readonly owner: Owner;
        readonly directory: string;
        readonly folders: readonly string[];
        readonly file: string;
        readonly manifest: BackupManifest;
      }
    /** The folders of such a file into that directory; what is there is moved aside. `images`: any of them may have the shell that this needs. */
    | {
        readonly kind: 'restore-data';
        readonly owner: Owner;
        readonly directory: string;
        readonly folders: readonly string[];
        readonly file: string;
        readonly sha256: string;
        readonly asideSuffix: string;
        readonly images: readonly string[];
        readonly onThisMachine: boolean;
        /** Files keep what lets them run with other rights than their caller's. */
        readonly sameModes: boolean;
      }
    | { readonly kind: 'pause-container'; readonly expected: ExpectedContainer }
    | { readonly kind: 'unpause-container'; readonly expected: ExpectedContainer }
    | { readonly kind: 'remove-volume'; readonly volume: string }
    | {
        readonly kind: 'create-container';
        readonly spec: InstanceSpec;
        readonly image: ImageChoice;
        readonly labels: Readonly<Record<string, Template>>;
        readonly fixedAddress?: string;
        readonly carried?: readonly CarriedVolume[];
      }
    | { readonly kind: 'put-files'; readonly spec: InstanceSpec }
    | {
        readonly kind: 'start-container';
        readonly container: string;
        readonly network?: string;
        readonly expected?: ExpectedContainer;
      }
    /** `stood`: this plan did not start it. */
    | {
        readonly kind: 'wait-ready';
        readonly container: string;
        readonly limitSeconds: number;
        readonly wasRunning: boolean;
      }
    /** The end of a run: everything it started is still there. */
    | { readonly kind: 'check-running'; readonly containers: readonly string[] }
    | { readonly kind: 'wait-seconds'; readonly seconds: number }
    | {
        readonly kind: 'hold-names';
        readonly dns: string;
        readonly spec: InstanceSpec;
        readonly address: Template;
        readonly policy: string;
      }
    /** Asked in the container `dns`: the DNS's, or, by its client, an instance's whose DNS is on another host. */
    | {
        readonly kind: 'await-names';
        readonly dns: string;
        readonly by?: 'client';
        readonly names: readonly { readonly name: string; readonly address: Template }[];
        readonly limitSeconds: number;
      }
    | {
        readonly kind: 'withdraw-names';
        readonly dns: string;
        readonly by?: 'client';
        readonly keys: readonly string[];
      }
    | {
        readonly kind: 'stop-container';
        readonly expected: ExpectedContainer;
        readonly limitSeconds: number | undefined;
      }
    /** `withVolumes`: what the engine made for it alone goes, too. */
    | { readonly kind: 'remove-container'; readonly expected: ExpectedContainer; readonly withVolumes?: true }
    /** In a directory of services. Ports absent: as the container has them when it comes to that. */
    | {
        readonly kind: 'register-service';
        readonly entry: ServiceEntry;
        readonly container: string;
        readonly published?: readonly ObservedPort[];
      }
    | { readonly kind: 'deregister-service'; readonly serviceId: string }
    /** A fact of the node, in the directory's key-value store. */
    | { readonly kind: 'put-key'; readonly key: string; readonly value: string }
    | {
        readonly kind: 'create-swarm-service';
        readonly spec: InstanceSpec;
        readonly labels: Readonly<Record<string, Template>>;
      }
    | {
        readonly kind: 'update-swarm-service';
        readonly spec: InstanceSpec;
        readonly labels: Readonly<Record<string, Template>>;
        readonly serviceId: string;
        readonly version: number;
      }
    | { readonly kind: 'remove-swarm-service'; readonly serviceId: string; readonly name: string }
  );

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;
