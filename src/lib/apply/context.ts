import type { Readable } from 'node:stream';
import type { KeySpace } from '../directories/key-space.ts';
import type { NameDirectory, RunInside } from '../directories/name-directory.ts';
import type { ServiceDirectory } from '../directories/service-directory.ts';
import type { RegistryLogin } from '../engine/connection/registry-credentials.ts';
import type { ChangeDockerfile } from '../engine/archive/build-context.ts';
import type { Engine } from '../engine/engine.ts';
import type { ProgressSink } from '../events.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { KeySpec, Owner } from '../model/desired.ts';
import type { KeyText } from '../model/key-text.ts';
import type { Operation, OperationOf } from '../plan/operation.ts';
import type { OperationLimits } from './operation-limits.ts';
import type { SharedLock } from './shared-lock.ts';

/** The keys of a project. */
export interface KeyStore {
  read(name: string): Promise<KeyText>;
  /**
   * Makes a key, and keeps it when `keep` is `project`; if another command has kept one first, that one is returned.
   * The authority is the key that certifies this one.
   */
  create(key: KeySpec, authority?: KeyText): Promise<KeyText>;
}

/** What building needs besides the engine: base images are made on this machine. */
export interface ImageSources {
  makeBaseArchive(
    operation: OperationOf<'make-base-images'>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Readable>;
  /** A docker-archive of an image of the command's own engine, without some of its layers. Absent: none is sent. */
  archive?(reference: string, leftOut: readonly string[]): Promise<Readable>;
  /** How the Dockerfile of an image is changed before it is sent. */
  changeDockerfile(operation: OperationOf<'build-image'>): ChangeDockerfile;
  /** Tags and labels of an image that is built. */
  tags(operation: OperationOf<'build-image'>): {
    readonly tags: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  };
}

export interface SavedFile {
  readonly file: string;
  readonly bytes: number;
  /** Of the archive in the file, without its last entry, which has this checksum. */
  readonly sha256: string;
}

/** For journals, and for tests: to kill the process or to inspect the engine after an operation. */
export interface ApplyHooks {
  readonly beforeOperation?: (operation: Operation) => Promise<void> | void;
  readonly afterOperation?: (operation: Operation) => Promise<void> | void;
}

export interface ApplyContext {
  readonly engine: Engine;
  /** What the plan was computed against. */
  readonly observed: ObservedState;
  readonly client: ClientFacts;
  /** Whether a process of this machine, identified by pid and start, still runs. */
  readonly isProcessRunning: (pid: number, processStart: string) => boolean;
  readonly keys: KeyStore;
  /**
   * Makes directories of this machine that only the owner's user may enter, outermost first. False: this user may not.
   */
  readonly makeDirectories: (directories: readonly string[], owner: Owner) => Promise<boolean>;
  readonly images: ImageSources;
  /** The name directory in a container. `client`: that container only has a client, of the directory of another one. */
  readonly openDns: (container: string, run: RunInside, by?: 'client') => NameDirectory;
  /** The service directory of a node; a project has none. */
  readonly catalog?: ServiceDirectory;
  /** With which the nodes of a Swarm pull the image of an instance; undefined: with Docker's own login, if any. */
  readonly registryLogin?: (key: string) => RegistryLogin | undefined;
  /** The directory of keys of a registrator. */
  readonly keySpace?: Pick<KeySpace, 'transact'>;
  /** Called with each Swarm service that was created: key of the instance, and the service's id. */
  readonly onService?: (key: string, id: string) => void;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  /** The command without secrets: others read it in the lock. */
  readonly command: string;
  /** Called with each backup file that is complete. */
  readonly onSaved?: (saved: SavedFile) => void;
  /** How many operations run at once. */
  readonly width: number;
  /** The same for several plans together, in place of `width`. */
  readonly limits?: OperationLimits;
  /** Before the rank of an operation in the plan: of several plans with the same limits, the lower one goes first. */
  readonly rank?: number;
  /** Of several plans of one owner that are applied at the same time; absent: the plan takes the lock alone. */
  readonly lock?: SharedLock;
  readonly hooks?: ApplyHooks;
}
