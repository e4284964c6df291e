/** Arguments of calls to an engine, and what commands inside containers return. */
import type { Duplex, Readable } from 'node:stream';
import type { Labels } from '../labels.ts';
import type { SwarmPlacement } from '../model/desired.ts';
import type { TaskState } from '../model/observed-state.ts';

/** All of these labels, with these values; an empty value means that the label has any. */
export type LabelFilter = Readonly<Record<string, string>>;

export interface LogRequest {
  /** Only so many of the last lines. */
  readonly tail?: number;
  /** Since 1970, engine's clock. */
  readonly sinceSeconds?: number;
  readonly untilSeconds?: number;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly user?: string;
  readonly tty?: boolean;
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  /** How many bytes of each output are kept; all if not given. */
  readonly maxOutput?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command with its streams. With a tty, all output is on stdout. */
export interface ExecSession {
  readonly stdin: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves when the command has ended and its output was read. */
  exitCode(): Promise<number>;
}

/** A file to be put into a container. */
export interface TarEntry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: Buffer;
}

export interface NetworkRequest {
  readonly name: string;
  /** `10.0.1.0/24` */
  readonly subnet: string;
  /** Part of the subnet from which the engine chooses addresses. */
  readonly ipRange: string;
  readonly gateway: string;
  readonly labels: Labels;
  /** Across the machines of a Swarm; absent: a bridge of this machine. */
  readonly driver?: 'overlay';
}

export interface VolumeRequest {
  readonly name: string;
  readonly labels: Labels;
}

export interface PullOptions {
  readonly platform?: string;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface BuildRequest {
  /** Tar of the build context. */
  readonly context: Readable;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly cache: boolean;
  readonly platform?: string;
  readonly target?: string;
  /** Only this one makes of the context what is meant; absent: the engine's usual one. */
  readonly builder?: 'classic';
  /** A folder of the context that the user does not know: left out of names and messages. */
  readonly addedFolder?: string;
  /** Called with each line of progress and output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Which tasks of a Swarm; all given conditions hold together. */
export interface TaskQuery {
  /** Ids of services, any of them. One that does not exist rejects with NotFound. */
  readonly services?: readonly string[];
  /** Labels of their services. */
  readonly labels?: LabelFilter;
  /** What the Swarm wants them to become, any of these. */
  readonly desired?: readonly TaskState[];
}

/** Where a service of a Swarm runs: see the model. */
export type ServicePlacement = Omit<SwarmPlacement, 'kind'>;
