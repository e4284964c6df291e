/**
 * What dockerops asks of a container engine, in its own terms. Reading, sessions and writing are three interfaces: a dry run
 * is handed only the first. Sources: Docker Engine API 1.41 and later.
 */
import type { Readable } from 'node:stream';
import type {
  EngineFacts,
  ObservedContainer,
  ObservedImage,
  ObservedNetwork,
  ObservedSwarmService,
  ObservedVolume,
} from '../model/observed-state.ts';
import type { Labels } from '../labels.ts';
import type { ContainerConfig } from './container-config.ts';
import type { BuildRequest, ExecRequest, ExecResult, ExecSession, SwarmPlacement, TarEntry } from './requests.ts';

/** Every label must match; an empty value means that the label must be there. */
export type LabelFilter = Readonly<Record<string, string>>;
/** Parsed except for ownership, which observe/ adds from the labels. */
export type ContainerRow = Omit<ObservedContainer, 'ownership'>;
export type SwarmServiceRow = Omit<ObservedSwarmService, 'ownership'> & { readonly labels: Labels };

export interface ContainerDetail extends ContainerRow {
  readonly pid: number;
  /** ISO 8601; empty when never started. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outOfMemory: boolean;
  readonly error: string;
  readonly restartCount: number;
  readonly tty: boolean;
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly healthTest: readonly string[];
  /** Output of the last probe, if any. */
  readonly lastProbe: string;
}

export interface ImageDetail extends ObservedImage {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  readonly exposedPorts: readonly string[];
  readonly healthTest: readonly string[];
  readonly os: string;
  readonly architecture: string;
  readonly sizeBytes: number;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, engine's clock. */
  readonly time: string;
  readonly text: string;
}

export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly labels: Labels;
  /** Seconds since 1970, engine's clock. */
  readonly time: number;
}

/** Comes first on every stream of events: from here on none is missed, so this is the moment to list. */
export const watching: EngineEvent = { type: 'stream', action: 'open', id: '', labels: {}, time: 0 };

export interface EngineReader {
  /** Where it is, for messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
  facts(): Promise<EngineFacts>;
  listContainers(query: { readonly all: boolean; readonly labels?: LabelFilter }): Promise<readonly ContainerRow[]>;
  inspectContainer(idOrName: string): Promise<ContainerDetail>;
  listNetworks(labels?: LabelFilter): Promise<readonly ObservedNetwork[]>;
  listVolumes(labels?: LabelFilter): Promise<readonly ObservedVolume[]>;
  listImages(labels?: LabelFilter): Promise<readonly ObservedImage[]>;
  findImage(reference: string): Promise<ImageDetail | undefined>;
  /** Empty when the engine is not a Swarm manager. */
  listSwarmServices(labels?: LabelFilter): Promise<readonly SwarmServiceRow[]>;
  logs(
    id: string,
    query: {
      readonly tail?: number;
      readonly sinceSeconds?: number;
      readonly untilSeconds?: number;
      readonly follow?: boolean;
      readonly signal?: AbortSignal;
    },
  ): AsyncIterable<LogLine>;
  /** `watching`, then what happens, or of that only these actions. Ends when the signal aborts; rejects when the engine goes away. */
  events(labels: LabelFilter, signal: AbortSignal, actions?: readonly string[]): AsyncIterable<EngineEvent>;
  /** A tar stream of a path in a container, running or not. */
  readArchive(id: string, path: string): Promise<Readable>;
}

/** Commands inside running containers, and the streams of containers: they change nothing on the engine. */
export interface EngineSessions {
  /** Given up, with the command going on inside, when the limit is over or the signal aborts. */
  exec(id: string, request: ExecRequest, limitMs: number, signal?: AbortSignal): Promise<ExecResult>;
  openExec(id: string, request: ExecRequest): Promise<ExecSession>;
  /** The streams of a container's own process; attached before it starts, all of them. Its exit code is the container's. */
  attach(id: string, tty: boolean): Promise<ExecSession>;
}

/** Everything that changes the engine. Only `apply/` holds one: see apply/open-engine.ts. */
export interface EngineWriter {
  createNetwork(request: {
    readonly name: string;
    readonly subnet: string;
    readonly ipRange: string;
    readonly gateway: string;
    readonly labels: Labels;
  }): Promise<{ readonly id: string }>;
  removeNetwork(id: string): Promise<void>;
  createVolume(request: {
    readonly name: string;
    readonly labels: Labels;
    readonly driverOptions?: Labels;
  }): Promise<void>;
  removeVolume(name: string): Promise<void>;
  createContainer(
    name: string,
    config: ContainerConfig,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  /**
   * Into a created or running container; parent directories are made. Where its root is read-only, only into its volumes: their targets
   * have to be told.
   */
  putFiles(id: string, files: readonly TarEntry[], volumes?: readonly string[]): Promise<void>;
  /** Extracts a tar into a directory that is there, in a container running or not; what the tar has too is written over. */
  putArchive(id: string, path: string, archive: Readable): Promise<void>;
  startContainer(id: string): Promise<void>;
  /** Freezes all processes of a running container. Conflict when it is frozen already. */
  pauseContainer(id: string): Promise<void>;
  /** Conflict when it is not frozen. */
  unpauseContainer(id: string): Promise<void>;
  /** No error when it is not running. Seconds absent: the container's own. */
  stopContainer(id: string, seconds?: number): Promise<void>;
  removeContainer(id: string, options?: { readonly force?: boolean; readonly volumes?: boolean }): Promise<void>;
  waitContainer(id: string, signal?: AbortSignal): Promise<{ readonly exitCode: number }>;
  /** Returns the image id. Rejects with the failing step's output on an error in the stream. */
  buildImage(request: BuildRequest): Promise<{ readonly id: string }>;
  /** Loads a docker-archive. Returns the references loaded. */
  loadImages(archive: Readable, onLine: (line: string) => void): Promise<readonly string[]>;
  pullImage(
    reference: string,
    options: { readonly platform?: string; readonly onLine: (line: string) => void; readonly signal?: AbortSignal },
  ): Promise<void>;
  removeImage(reference: string): Promise<void>;
  createSwarmService(
    name: string,
    config: ContainerConfig,
    placement: SwarmPlacement,
  ): Promise<{ readonly id: string }>;
  updateSwarmService(
    id: string,
    version: number,
    name: string,
    config: ContainerConfig,
    placement: SwarmPlacement,
  ): Promise<void>;
  removeSwarmService(id: string): Promise<void>;
}

/** The whole of it, for `apply/`. */
export type Engine = EngineReader & EngineSessions & EngineWriter;

export type { BuildRequest, ExecRequest, ExecResult, ExecSession, SwarmPlacement, TarEntry } from './requests.ts';
