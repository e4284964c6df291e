/**
 * What dockerops asks of a container engine, in its own terms: reading, sessions and writing are three interfaces. A
 * dry run gets only the first; only `apply/` gets the last. Source: Docker Engine API 1.41 and later.
 *
 * A call rejects with NotFound for what the engine does not have, with Conflict for what its state does not allow, with
 * EngineUnreachable when it does not answer, and with EngineError for every other refusal.
 */
import type { Readable } from 'node:stream';
import type {
  EngineFacts,
  ObservedImage,
  ObservedNetwork,
  ObservedNode,
  ObservedTask,
  ObservedVolume,
} from '../model/observed-state.ts';
import type {
  ContainerDetail,
  ContainerRow,
  ContainerUsage,
  EngineEvent,
  ImageDetail,
  LogLine,
  SwarmServiceRow,
} from './answers.ts';
import type { RuntimeOptions } from '../model/runtime-options.ts';
import type { RegistryLogin } from './connection/registry-credentials.ts';
import type { ContainerConfig } from './container-config.ts';
import type {
  BuildRequest,
  ExecRequest,
  ExecResult,
  ExecSession,
  LabelFilter,
  LogRequest,
  NetworkRequest,
  PullOptions,
  ServicePlacement,
  TarEntry,
  TaskQuery,
  VolumeRequest,
} from './requests.ts';

export type RestartPolicy = RuntimeOptions['restart'];

export interface EngineReader {
  /** Where it is, for messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
  facts(): Promise<EngineFacts>;
  listContainers(query: { readonly all: boolean; readonly labels?: LabelFilter }): Promise<readonly ContainerRow[]>;
  inspectContainer(idOrName: string): Promise<ContainerDetail>;
  /** What a container has used until now, and uses. Nothing while it does not run. */
  readUsage(id: string): Promise<ContainerUsage>;
  /** The engine's own document of a container (`docker inspect`), for code that is not ours. */
  inspectDocument(idOrName: string): Promise<object>;
  listNetworks(labels?: LabelFilter): Promise<readonly ObservedNetwork[]>;
  listVolumes(labels?: LabelFilter): Promise<readonly ObservedVolume[]>;
  listImages(labels?: LabelFilter): Promise<readonly ObservedImage[]>;
  findImage(reference: string): Promise<ImageDetail | undefined>;
  /** What made each layer of an image, the last first. */
  imageHistory(reference: string): Promise<readonly string[]>;
  /** A docker-archive of images with their names. Its layers are as the engine stores them: tars, or compressed. */
  saveImages(references: readonly string[]): Promise<Readable>;
  /** Empty when the engine is not a Swarm manager. */
  listSwarmServices(labels?: LabelFilter): Promise<readonly SwarmServiceRow[]>;
  /** Undefined when the Swarm has no such service. This and what follows reject on an engine that is no manager. */
  findSwarmService(idOrName: string): Promise<SwarmServiceRow | undefined>;
  /** The machines of the Swarm. */
  listNodes(): Promise<readonly ObservedNode[]>;
  listTasks(query: TaskQuery): Promise<readonly ObservedTask[]>;
  /** Of all tasks of a service that the Swarm still has, whatever their node. */
  serviceLogs(id: string, request: LogRequest): AsyncIterable<LogLine>;
  /** Of one task, which may have ended, as long as its node answers and has its container. */
  taskLogs(id: string, request: LogRequest): AsyncIterable<LogLine>;
  /** Ends when the signal aborts, or all is read that is not to be followed. */
  logs(id: string, request: LogRequest): AsyncIterable<LogLine>;
  /**
   * First `streamOpened`, then all events of what has these labels, or only those with one of these actions. Ends when
   * the signal aborts; rejects when the engine ends the stream.
   */
  events(labels: LabelFilter, signal: AbortSignal, actions?: readonly string[]): AsyncIterable<EngineEvent>;
  /** A path in a container, running or not, as a tar. */
  readArchive(id: string, path: string): Promise<Readable>;
}

/** Commands inside running containers and the streams of containers. They change nothing on the engine itself. */
export interface EngineSessions {
  /** Rejects when the limit is over or the signal aborts; the command then still runs: no engine can stop it. */
  exec(id: string, request: ExecRequest, limitMs: number, signal?: AbortSignal): Promise<ExecResult>;
  openExec(id: string, request: ExecRequest): Promise<ExecSession>;
  /** The streams of a container's main process, from now on; the exit code is the container's. */
  attach(id: string, tty: boolean): Promise<ExecSession>;
}

/** Everything that changes the engine. Only `apply/` has one: see apply/open-engine.ts. */
export interface EngineWriter {
  createNetwork(request: NetworkRequest): Promise<{ readonly id: string }>;
  removeNetwork(id: string): Promise<void>;
  createVolume(request: VolumeRequest): Promise<void>;
  removeVolume(name: string): Promise<void>;
  createContainer(
    name: string,
    config: ContainerConfig,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  /**
   * Into a created or running container; missing directories are made. With a read-only root, files can only be put
   * into volumes, which have to be named by the paths where the container has them.
   */
  putFiles(id: string, files: readonly TarEntry[], volumes?: readonly string[]): Promise<void>;
  /** Extracts a tar into a directory that exists, in a container running or not. Files that exist are overwritten. */
  putArchive(id: string, path: string, archive: Readable): Promise<void>;
  startContainer(id: string): Promise<void>;
  /** Freezes all processes of a running container. Conflict when it is paused already. */
  pauseContainer(id: string): Promise<void>;
  /** Conflict when it is not paused. */
  unpauseContainer(id: string): Promise<void>;
  /** No error when it does not run. `seconds` until it is killed; the container's own stop timeout if not given. */
  stopContainer(id: string, seconds?: number): Promise<void>;
  /** Running or not. Conflict when another container has the name. */
  renameContainer(id: string, name: string): Promise<void>;
  /** Also of a running container. */
  setRestartPolicy(id: string, restart: RestartPolicy): Promise<void>;
  removeContainer(id: string, options?: { readonly force?: boolean; readonly volumes?: boolean }): Promise<void>;
  waitContainer(id: string, signal?: AbortSignal): Promise<{ readonly exitCode: number }>;
  /** Rejects with OperationFailed and the output of the step that failed. */
  buildImage(request: BuildRequest): Promise<{ readonly id: string }>;
  /** Loads a docker-archive. Resolves with the references in it. */
  loadImages(archive: Readable, onLine: (line: string) => void): Promise<readonly string[]>;
  pullImage(reference: string, options: PullOptions): Promise<void>;
  removeImage(reference: string): Promise<void>;
  /** The nodes pull its image with this login, else with the client's own. Conflict when the name is in use. */
  createSwarmService(
    name: string,
    config: ContainerConfig,
    placement: ServicePlacement,
    login?: RegistryLogin,
  ): Promise<{ readonly id: string }>;
  /** `version` is that of the service when it was read. Rejects when the service changed since. */
  updateSwarmService(
    id: string,
    version: number,
    name: string,
    config: ContainerConfig,
    placement: ServicePlacement,
  ): Promise<void>;
  removeSwarmService(id: string): Promise<void>;
}

/** All of it, for `apply/`. */
export type Engine = EngineReader & EngineSessions & EngineWriter;

export { streamOpened } from './answers.ts';
export type * from './answers.ts';
export type * from './requests.ts';
