import type { Readable } from 'node:stream';
import type { NameDirectory, RunInside } from '../directories/name-directory.ts';
import type { ServiceDirectory } from '../directories/service-directory.ts';
import type { Engine } from '../engine/engine.ts';
import type { ProgressSink } from '../events.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { KeySpec, Owner } from '../model/desired.ts';
import type { KeyText } from '../model/key-text.ts';
import type { Operation, OperationOf } from '../plan/operation.ts';

/** Where keys of the project are kept, and how keys are made. */
export interface KeyStore {
  read(name: string): Promise<KeyText>;
  /** Makes it, and keeps it when `keep` is `project`. A key that somebody made meanwhile wins. The authority is for `certify`. */
  create(key: KeySpec, authority?: KeyText): Promise<KeyText>;
}

/** What builds need that is not the engine's: base images are made on this machine. */
export interface ImageSources {
  makeBaseArchive(
    operation: OperationOf<'make-base-images'>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Readable>;
  /** Tags and labels of an image that is built. */
  tags(operation: OperationOf<'build-image'>): {
    readonly tags: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  };
}

export interface SavedFile {
  readonly file: string;
  readonly bytes: number;
  /** Of the archive in it, as stands at its end. */
  readonly sha256: string;
}

/** Tests stop the process or look at the state after an operation. */
export interface ApplyHooks {
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
  /** Makes directories of this machine that only the owner's user may enter, outermost first. False: this user may not. */
  readonly makeDirectories: (directories: readonly string[], owner: Owner) => Promise<boolean>;
  readonly images: ImageSources;
  /** The directory of names that lives in a container; `client`: that is another one, which the container's client speaks to. */
  readonly openDns: (container: string, run: RunInside, by?: 'client') => NameDirectory;
  /** The directory of services, where the owner has one. */
  readonly catalog?: ServiceDirectory;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  /** The command as others may read it in the lock. */
  readonly command: string;
  /** Told of each backup file that is written and whole. */
  readonly onSaved?: (saved: SavedFile) => void;
  /** Operations that the engine is asked to do at the same time. */
  readonly width: number;
  readonly hooks?: ApplyHooks;
}
