import type { Template } from '../model/desired.ts';

/** A container as the plan saw it; the executor refuses to touch one that has changed since. */
export interface ExpectedContainer {
  readonly id: string;
  readonly name: string;
  readonly specHash?: string;
}

/** An image by id where the engine has it, else by the reference that an operation of the plan gives it. */
export type ImageChoice = { readonly id: string } | { readonly reference: string };

/** A folder of a data directory, and where a container has it. */
export interface DataFolder {
  readonly name: string;
  readonly target: string;
  /** Used by several instances: it begins empty, and every user in them may write to it. */
  readonly shared: boolean;
  /** No container has run with it, so that a first copy that was interrupted may be made again over it. */
  readonly mayFinish: boolean;
}

/** An anonymous volume of the replaced container, which the new one gets. */
export interface CarriedVolume {
  readonly volume: string;
  readonly target: string;
}

/** The container that a new one is created beside. */
export interface ReplacedContainer {
  readonly id: string;
  /** Name of the new one until the other has stopped. */
  readonly name: string;
  /** Volumes of the other, into which the engine copies nothing of the image. */
  readonly volumes: readonly string[];
}

/** A name in the DNS and the address that it is to have. */
export interface AwaitedName {
  readonly name: string;
  /** Absent: any. */
  readonly address?: Template;
}

/** A key of a directory as the plan saw it: at this revision, or absent. */
export interface ExpectedKey {
  readonly key: string;
  readonly modified?: string;
}

export type KeyWrite =
  /** Without a lease it stays until it is deleted. */
  { readonly put: string; readonly value: string; readonly lease?: string } | { readonly delete: string };

/** The description of a backup in its file. */
export interface BackupManifest {
  readonly format: 1;
  readonly project: string;
  readonly service: string;
  readonly instance: string;
  readonly image: string;
  readonly host: string;
  /** ISO 8601, clock of the machine of the command. */
  readonly created: string;
  /** The state of the instance while it was read. */
  readonly taken: 'paused' | 'stopped' | 'not running';
  readonly folders: readonly string[];
}

/** What the plan knows of an image that goes into a lock. */
export interface ImageToLock {
  readonly reference: string;
  readonly inputHash?: string;
  readonly base?: { readonly os: string; readonly reference: string };
}
