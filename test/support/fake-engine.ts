import { EventEmitter, on } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Conflict, EngineError, Forbidden, Interrupted, NotFound } from '../../src/lib/errors.ts';
import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import type {
  BuildRequest,
  ContainerDetail,
  ContainerRow,
  ContainerUsage,
  Engine,
  EngineEvent,
  ExecRequest,
  ExecResult,
  ExecSession,
  ImageDetail,
  LabelFilter,
  LogLine,
  LogRequest,
  RestartPolicy,
  ServicePlacement,
  SwarmServiceRow,
  TarEntry,
  TaskQuery,
} from '../../src/lib/engine/engine.ts';
import type { RegistryLogin } from '../../src/lib/engine/connection/registry-credentials.ts';
import type { Labels } from '../../src/lib/labels.ts';
import type { ImageParts } from '../../src/lib/model/image-content.ts';
import type {
  EngineFacts,
  Health,
  ObservedImage,
  ObservedNetwork,
  ObservedNode,
  ObservedTask,
  ObservedVolume,
} from '../../src/lib/model/observed-state.ts';
import { FakeSwarm } from './fake-swarm.ts';
import {
  documentOf,
  linesOf,
  matches,
  networkName,
  toRow,
  volumesOf,
  withTag,
  type FakeContainer,
} from './fake-container.ts';
import { runProgram, type ProgramResult } from './fake-program.ts';
import { archiveOf, extractTo, placeOf } from './fake-archives.ts';
import { openSession, readEvents } from './fake-streams.ts';
import { readDockerArchive, writeImages, type ArchivedImage } from './read-docker-archive.ts';

const plainParts = {
  os: 'linux',
  architecture: 'amd64',
  entrypoint: [],
  command: [],
  environment: [],
  user: '',
  workingDirectory: '',
  exposedPorts: [],
  volumes: [],
  stopSignal: '',
  healthTest: [],
  healthNumbers: {},
};

interface FakeNetwork extends ObservedNetwork {
  readonly ipRange: string;
}
export interface RecordedCall {
  readonly method: keyof Engine;
  readonly subject: string;
}
/** What an exec in a container does; undefined: what `runProgram` does. */
export type ExecHandler = (container: FakeContainer, request: ExecRequest) => ProgramResult | undefined;

/**
 * An engine in memory for tests. It behaves as the contract suite says, and guarantees nothing else; its time is `now`.
 * Records every call; `failNext` makes one of them fail.
 */
export class FakeEngine implements Engine {
  readonly address = 'fake://engine';
  readonly calls: RecordedCall[] = [];
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, FakeNetwork>();
  readonly volumes = new Map<string, ObservedVolume>();
  readonly images = new Map<string, ObservedImage>();
  /** Images that came as archives by id, and the layers of them all. */
  readonly #archived = new Map<string, ArchivedImage>();
  readonly #contents = new Map<string, Buffer>();
  /** By image id; absent: one layer of its own, and nothing else. */
  readonly parts = new Map<string, Partial<ImageParts>>();
  /** By image id: what made its layers. */
  readonly histories = new Map<string, readonly string[]>();
  /** By image id: what containers have from the beginning. */
  readonly imageFiles = new Map<string, readonly TarEntry[]>();
  /** Files of the host, visible through mounts of its directories; the path of a directory ends with a slash. */
  readonly hostFiles = new Map<string, TarEntry>();
  /** References that `pullImage` finds. */
  readonly registry = new Set<string>();
  readonly cluster = new FakeSwarm((reference) => this.#image(reference) !== undefined);
  swarm: EngineFacts['swarm'] = 'inactive';
  now = 1_700_000_000;
  onExec: ExecHandler = () => undefined;
  readonly #emitter = new EventEmitter();
  readonly #faults: { method: keyof Engine | 'any'; after: number; readonly error: Error }[] = [];
  #serial = 0;

  /** Makes the n-th next call of a method reject (1 is the next one); `any` counts calls of all methods. */
  failNext(
    method: keyof Engine | 'any',
    nth = 1,
    error: Error = new EngineError('injected fault', { code: 'FAULT' }),
  ): void {
    this.#faults.push({ method, after: nth, error });
  }

  addImage(reference: string, labels: Labels = {}): string {
    return this.#keepImage(this.#id('sha256:'), [reference], labels).id;
  }

  /** As if by hand. */
  tagImage(id: string, reference: string): void {
    const image = this.#image(id);
    if (image === undefined) throw new TypeError(`no image ${id}`);
    this.#keepImage(image.id, [reference], image.labels);
  }

  /** Ends the main process of a container, as if it had exited. */
  exitContainer(id: string, exitCode: number): void {
    const container = this.#container('exit', id);
    container.state = 'exited';
    container.exitCode = exitCode;
    container.address = '';
    this.#emit(container, 'die');
  }

  async renameContainer(id: string, name: string): Promise<void> {
    this.#enter('renameContainer', id);
    const container = this.#container('rename', id);
    if ([...this.containers.values()].some((other) => other.name === name))
      throw new Conflict(`rename ${id} to ${name}: name conflicts`, { code: 'CONFLICT' });
    container.name = name;
    this.#emit(container, 'rename');
  }

  async setRestartPolicy(id: string, restart: RestartPolicy): Promise<void> {
    this.#enter('setRestartPolicy', id);
    this.#container('update', id).restart = restart;
  }

  setHealth(id: string, health: Health): void {
    this.#container('set health', id).health = health;
  }

  async facts(): Promise<EngineFacts> {
    this.#enter('facts', '');
    return {
      id: 'FAKE',
      hostname: 'fake',
      version: '20.10.24',
      apiVersion: '1.41',
      os: 'linux',
      architecture: 'amd64',
      swarm: this.swarm,
      imageStore: 'layers',
      cpus: 2,
      memoryBytes: 4 * 2 ** 30,
    };
  }

  async listContainers({
    all,
    labels,
  }: {
    readonly all: boolean;
    readonly labels?: LabelFilter;
  }): Promise<readonly ContainerRow[]> {
    this.#enter('listContainers', '');
    return [...this.containers.values()]
      .filter((one) => (all || one.state === 'running') && matches(one.config.labels, labels))
      .map(toRow);
  }

  async inspectContainer(idOrName: string): Promise<ContainerDetail> {
    this.#enter('inspectContainer', idOrName);
    const container = this.#container('inspect container', idOrName);
    const at = container.state === 'created' ? '' : new Date(this.now * 1000).toISOString();
    return {
      ...toRow(container),
      status: container.state,
      pid: container.state === 'running' ? 1 : 0,
      startedAt: at,
      finishedAt: container.exitCode === undefined ? '' : at,
      outOfMemory: false,
      error: '',
      restartCount: 0,
      tty: container.config.terminal === true,
      environment: container.config.environment,
      healthTest: container.config.healthcheck?.test ?? [],
    };
  }

  async readUsage(idOrName: string): Promise<ContainerUsage> {
    this.#enter('readUsage', idOrName);
    const { state } = this.#container('read what it uses:', idOrName);
    return state === 'running' ? { cpuSeconds: 0.5, memoryBytes: 2 ** 20 } : { cpuSeconds: 0, memoryBytes: 0 };
  }

  async inspectDocument(idOrName: string): Promise<object> {
    this.#enter('inspectDocument', idOrName);
    return documentOf(this.#container('inspect container', idOrName));
  }

  async listNetworks(filter?: LabelFilter): Promise<readonly ObservedNetwork[]> {
    this.#enter('listNetworks', '');
    return [...this.networks.values()]
      .filter((one) => matches(one.labels, filter))
      .map(({ id, name, driver, subnets, labels }) => ({ id, name, driver, subnets, labels }));
  }

  async listVolumes(labels?: LabelFilter): Promise<readonly ObservedVolume[]> {
    this.#enter('listVolumes', '');
    return [...this.volumes.values()].filter((one) => matches(one.labels, labels));
  }

  async listImages(labels?: LabelFilter): Promise<readonly ObservedImage[]> {
    this.#enter('listImages', '');
    return [...this.images.values()].filter((one) => matches(one.labels, labels));
  }

  async findImage(reference: string): Promise<ImageDetail | undefined> {
    this.#enter('findImage', reference);
    const image = this.#image(reference);
    return (
      image && {
        ...image,
        ...plainParts,
        layers: [image.id],
        ...this.parts.get(image.id),
        digests: [],
        triggers: [],
        sizeBytes: 0,
      }
    );
  }

  async saveImages(references: readonly string[]): Promise<Readable> {
    this.#enter('saveImages', references.join(' '));
    return writeImages(
      references.map((reference) => {
        const archived = this.#archived.get(this.#image(reference)?.id ?? '');
        if (archived === undefined) throw new NotFound(`save ${reference}: no such image`, { code: 'NOT_FOUND' });
        const contents = archived.layers.map((layer) => [layer, this.#contents.get(layer) ?? Buffer.alloc(0)] as const);
        return [withTag(reference), { ...archived, contents: new Map(contents) }];
      }),
    );
  }

  async imageHistory(reference: string): Promise<readonly string[]> {
    this.#enter('imageHistory', reference);
    const image = this.#image(reference);
    if (image === undefined) throw new NotFound(`no image ${reference}`, { code: 'NOT_FOUND' });
    return this.histories.get(image.id) ?? [];
  }

  async listSwarmServices(labels?: LabelFilter): Promise<readonly SwarmServiceRow[]> {
    this.#enter('listSwarmServices', '');
    return this.cluster.list(labels);
  }

  async findSwarmService(idOrName: string): Promise<SwarmServiceRow | undefined> {
    this.#enterSwarm('findSwarmService', idOrName);
    return this.cluster.find(idOrName);
  }

  async listNodes(): Promise<readonly ObservedNode[]> {
    this.#enterSwarm('listNodes', '');
    return [...this.cluster.nodes.values()];
  }

  async listTasks(query: TaskQuery): Promise<readonly ObservedTask[]> {
    this.#enterSwarm('listTasks', '');
    return this.cluster.tasks(query);
  }

  async *serviceLogs(id: string, { tail }: LogRequest): AsyncGenerator<LogLine> {
    this.#enterSwarm('serviceLogs', id);
    yield* this.cluster.logs(id, tail);
  }

  async *taskLogs(id: string, { tail }: LogRequest): AsyncGenerator<LogLine> {
    this.#enterSwarm('taskLogs', id);
    yield* this.cluster.taskLogs(id, tail);
  }

  async *logs(id: string, query: { readonly tail?: number; readonly signal?: AbortSignal }): AsyncGenerator<LogLine> {
    this.#enter('logs', id);
    const { logs } = this.#container('read the log of', id);
    yield* query.tail === undefined ? logs : logs.slice(Math.max(0, logs.length - query.tail));
  }

  events(labels: LabelFilter, signal: AbortSignal, actions?: readonly string[]): AsyncIterable<EngineEvent> {
    this.#enter('events', '');
    return readEvents(
      on(this.#emitter, 'event', { signal }) as AsyncIterable<[EngineEvent]>,
      { labels, ...(actions === undefined ? {} : { actions }) },
      signal,
    );
  }

  async readArchive(id: string, path: string): Promise<Readable> {
    this.#enter('readArchive', id);
    return archiveOf(this.#container('read archive of', id), this.hostFiles, path);
  }

  async exec(id: string, request: ExecRequest, limitMs: number): Promise<ExecResult> {
    this.#enter('exec', id);
    const result = this.#run(this.#running('exec in', id), request, '');
    if (result === undefined)
      throw new EngineError(`run "${request.command.join(' ')}": not done within ${String(limitMs / 1000)} s`, {
        code: 'EXEC_TIMEOUT',
      });
    return result;
  }

  async openExec(id: string, request: ExecRequest): Promise<ExecSession> {
    this.#enter('openExec', id);
    const container = this.#running('exec in', id);
    return openSession((stdin) => this.#run(container, request, stdin) ?? { exitCode: 0, stdout: '', stderr: '' });
  }

  /** Output of the container from now to its end. */
  async attach(id: string): Promise<ExecSession> {
    this.#enter('attach', id);
    const container = this.#container('attach to', id);
    const before = container.logs.length;
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    this.#emitter.on('event', ({ id: subject, action }: EngineEvent) => {
      if (subject !== container.id || action !== 'die') return;
      for (const { stream, text } of container.logs.slice(before))
        (stream === 'stdout' ? stdout : stderr).write(`${text}\n`);
      stdout.end();
      stderr.end();
    });
    return { stdin, stdout, stderr, resize: async () => {}, exitCode: async () => container.exitCode ?? 0 };
  }

  async createNetwork({
    name,
    subnet,
    ipRange,
    labels,
    driver,
  }: {
    readonly name: string;
    readonly subnet: string;
    readonly ipRange: string;
    readonly labels: Labels;
    readonly driver?: 'overlay';
  }): Promise<{ readonly id: string }> {
    this.#enter('createNetwork', name);
    if ([...this.networks.values()].some((one) => one.name === name))
      throw new Conflict(`create network ${name}: network with name ${name} already exists`, { code: 'CONFLICT' });
    const id = this.#id();
    this.networks.set(id, { id, name, driver: driver ?? 'bridge', subnets: [subnet], labels, ipRange });
    return { id };
  }

  async removeNetwork(idOrName: string): Promise<void> {
    this.#enter('removeNetwork', idOrName);
    const network = [...this.networks.values()].find(({ id, name }) => id === idOrName || name === idOrName);
    if (network === undefined) throw new NotFound(`remove network ${idOrName}: not found`, { code: 'NOT_FOUND' });
    if ([...this.containers.values()].some((one) => one.state === 'running' && networkName(one) === network.name)) {
      throw new Forbidden(`remove network ${idOrName}: network has active endpoints`, { code: 'ENGINE_REFUSED' });
    }
    this.networks.delete(network.id);
  }

  async createVolume({ name, labels }: { readonly name: string; readonly labels: Labels }): Promise<void> {
    this.#enter('createVolume', name);
    if (!this.volumes.has(name)) this.volumes.set(name, { name, labels });
  }

  async removeVolume(name: string): Promise<void> {
    this.#enter('removeVolume', name);
    if (!this.volumes.has(name)) throw new NotFound(`remove volume ${name}: no such volume`, { code: 'NOT_FOUND' });
    if ([...this.containers.values()].some(({ volumes }) => volumes.some((volume) => volume.name === name)))
      throw new Conflict(`remove volume ${name}: volume is in use`, { code: 'CONFLICT' });
    this.volumes.delete(name);
  }

  async createContainer(
    name: string,
    config: ContainerConfig,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
    this.#enter('createContainer', name);
    const step = `create container ${name}`;
    const image = this.#image(config.image);
    if (image === undefined) throw new NotFound(`${step}: no such image: ${config.image}`, { code: 'NOT_FOUND' });
    if ([...this.containers.values()].some((one) => one.name === name))
      throw new Conflict(`${step}: the name is in use`, { code: 'CONFLICT' });
    const volumes = volumesOf(config, () => this.#id());
    const container: FakeContainer = {
      id: this.#id(),
      name,
      config,
      imageId: image.id,
      created: this.now,
      files: new Map(this.imageFiles.get(image.id)?.map((file) => [file.path, file])),
      logs: [],
      restart: config.runtime.restart,
      state: 'created',
      health: 'none',
      exitCode: undefined,
      address: '',
      volumes: volumes.map(({ name: volume, target }) => ({ name: volume, target })),
      generated: volumes.filter(({ isDrawn }) => isDrawn).map(({ name: volume }) => volume),
    };
    for (const { name: volume, labels } of volumes)
      if (!this.volumes.has(volume)) this.volumes.set(volume, { name: volume, labels });
    this.containers.set(container.id, container);
    this.#emit(container, 'create');
    return { id: container.id, warnings: [] };
  }

  async putFiles(id: string, files: readonly TarEntry[]): Promise<void> {
    this.#enter('putFiles', id);
    const container = this.#container('put files into', id);
    for (const file of files) {
      const { files: place, path } = placeOf(container, this.hostFiles, file.path);
      place.set(path, file);
    }
  }

  async putArchive(id: string, path: string, archive: Readable): Promise<void> {
    this.#enter('putArchive', id);
    await extractTo(this.#container('write to', id), this.hostFiles, path, archive);
  }

  async pauseContainer(id: string): Promise<void> {
    this.#enter('pauseContainer', id);
    this.#switch(this.#container('pause container', id), 'running', 'paused', 'pause');
  }

  async unpauseContainer(id: string): Promise<void> {
    this.#enter('unpauseContainer', id);
    this.#switch(this.#container('unpause container', id), 'paused', 'running', 'unpause');
  }

  async startContainer(id: string): Promise<void> {
    this.#enter('startContainer', id);
    const container = this.#container('start container', id);
    if (container.state === 'running') return;
    container.address = this.#takeAddress(container);
    container.state = 'running';
    container.exitCode = undefined;
    if (container.config.healthcheck !== undefined) container.health = 'starting';
    this.#emit(container, 'start');
    const result = runProgram(container.config.command ?? ['sh'], container.files, '');
    if (result === undefined) return;
    container.logs.push(...linesOf('stdout', result.stdout, this.now), ...linesOf('stderr', result.stderr, this.now));
    this.exitContainer(id, result.exitCode);
  }

  async stopContainer(id: string): Promise<void> {
    this.#enter('stopContainer', id);
    const container = this.#container('stop container', id);
    if (container.state !== 'running') return;
    this.exitContainer(id, 137);
    this.#emit(container, 'stop');
  }

  async removeContainer(
    id: string,
    options: { readonly force?: boolean; readonly volumes?: boolean } = {},
  ): Promise<void> {
    this.#enter('removeContainer', id);
    const container = this.#container('remove container', id);
    if (container.state === 'running') {
      if (options.force !== true) throw new Conflict(`remove container ${id}: it is running`, { code: 'CONFLICT' });
      this.exitContainer(id, 137);
    }
    this.containers.delete(container.id);
    if (options.volumes === true) for (const volume of container.generated) this.volumes.delete(volume);
    this.#emit(container, 'destroy');
  }

  async waitContainer(id: string, signal?: AbortSignal): Promise<{ readonly exitCode: number }> {
    this.#enter('waitContainer', id);
    const container = this.#container('wait for container', id);
    const ended = on(this.#emitter, 'event', signal === undefined ? {} : { signal });
    try {
      while (container.state === 'running') await ended.next();
    } catch {
      throw new Interrupted(`wait for container ${id}: interrupted`);
    } finally {
      await ended.return?.();
    }
    return { exitCode: container.exitCode ?? 0 };
  }

  async buildImage(request: BuildRequest): Promise<{ readonly id: string }> {
    this.#enter('buildImage', request.tags[0] ?? '');
    await buffer(request.context);
    request.onLine(`built ${request.tags.join(', ')}`);
    return { id: this.#keepImage(this.#id('sha256:'), request.tags, request.labels).id };
  }

  async loadImages(archive: Readable, onLine: (line: string) => void): Promise<readonly string[]> {
    this.#enter('loadImages', '');
    const images = await readDockerArchive(archive);
    for (const image of images) {
      const { id, references, labels, layers, history } = image;
      const missing = layers.find((layer) => !image.contents.has(layer) && !this.#contents.has(layer));
      if (missing !== undefined)
        throw new EngineError(`load images: open ${missing}/layer.tar: no such file`, { code: 'ENGINE_ERROR' });
      for (const [layer, content] of image.contents) this.#contents.set(layer, content);
      this.#archived.set(id, image);
      this.#keepImage(id, references, labels);
      this.parts.set(id, { layers });
      this.histories.set(id, history);
    }
    const references = images.flatMap((image) => image.references);
    for (const reference of references) onLine(`Loaded image: ${reference}`);
    return references;
  }

  async pullImage(reference: string): Promise<void> {
    this.#enter('pullImage', reference);
    if (!this.registry.has(reference)) throw new NotFound(`pull ${reference}: not found`, { code: 'NOT_FOUND' });
    if (this.#image(reference) === undefined) this.addImage(reference);
  }

  async removeImage(reference: string): Promise<void> {
    this.#enter('removeImage', reference);
    const image = this.#image(reference);
    if (image === undefined) throw new NotFound(`remove image ${reference}: no such image`, { code: 'NOT_FOUND' });
    const references = image.references.filter((one) => one !== withTag(reference));
    if (references.length > 0) {
      this.images.set(image.id, { ...image, references });
      return;
    }
    if ([...this.containers.values()].some((one) => one.imageId === image.id))
      throw new Conflict(`remove image ${reference}: a container uses it`, { code: 'CONFLICT' });
    this.images.delete(image.id);
  }

  async createSwarmService(
    name: string,
    config: ContainerConfig,
    placement: ServicePlacement,
    login?: RegistryLogin,
  ): Promise<{ readonly id: string }> {
    this.#enterSwarm('createSwarmService', name);
    return this.cluster.create(name, config, placement, login);
  }

  async updateSwarmService(
    id: string,
    version: number,
    name: string,
    config: ContainerConfig,
    placement: ServicePlacement,
  ): Promise<void> {
    this.#enterSwarm('updateSwarmService', name);
    this.cluster.update(id, version, config, placement);
  }

  async removeSwarmService(id: string): Promise<void> {
    this.#enterSwarm('removeSwarmService', id);
    this.cluster.remove(id);
  }

  #enterSwarm(method: keyof Engine, subject: string): void {
    this.#enter(method, subject);
    if (this.swarm !== 'manager')
      throw new EngineError(`${method}: this node is not a swarm manager`, { code: 'ENGINE_UNAVAILABLE' });
  }

  #enter(method: keyof Engine, subject: string): void {
    this.calls.push({ method, subject });
    const fault = this.#faults.find((one) => one.method === method || one.method === 'any');
    if (fault === undefined) return;
    fault.after -= 1;
    if (fault.after > 0) return;
    this.#faults.splice(this.#faults.indexOf(fault), 1);
    throw fault.error;
  }

  #switch(container: FakeContainer, from: FakeContainer['state'], to: FakeContainer['state'], action: string): void {
    if (container.state !== from) throw new Conflict(`${container.name} is ${container.state}`, { code: 'CONFLICT' });
    container.state = to;
    this.#emit(container, action);
  }

  #container(step: string, idOrName: string): FakeContainer {
    const found = this.containers.get(idOrName) ?? [...this.containers.values()].find(({ name }) => name === idOrName);
    if (found === undefined) throw new NotFound(`${step} ${idOrName}: no such container`, { code: 'NOT_FOUND' });
    return found;
  }

  #running(step: string, id: string): FakeContainer {
    const container = this.#container(step, id);
    if (container.state !== 'running') throw new Conflict(`${step} ${id}: it is not running`, { code: 'CONFLICT' });
    return container;
  }

  #run(container: FakeContainer, request: ExecRequest, stdin: string): ProgramResult | undefined {
    return this.onExec(container, request) ?? runProgram(request.command, container.files, stdin);
  }

  #image(reference: string): ObservedImage | undefined {
    return (
      this.images.get(reference) ??
      [...this.images.values()].find(({ references }) => references.includes(withTag(reference)))
    );
  }

  /** A reference names one image: the image that had it loses it. */
  #keepImage(id: string, references: readonly string[], labels: Labels): ObservedImage {
    const tagged = references.map(withTag);
    for (const image of this.images.values()) {
      if (image.id !== id)
        this.images.set(image.id, { ...image, references: image.references.filter((one) => !tagged.includes(one)) });
    }
    const known = this.images.get(id)?.references ?? [];
    const image = { id, references: [...new Set([...known, ...tagged])], labels, created: this.now };
    this.images.set(id, image);
    return image;
  }

  #takeAddress(container: FakeContainer): string {
    const { network } = container.config;
    if (network.mode !== 'network')
      return network.mode === 'bridge' ? `172.17.0.${String(this.containers.size + 1)}` : '';
    const found = [...this.networks.values()].find(({ name }) => name === network.name);
    if (found === undefined)
      throw new NotFound(`start container ${container.id}: network ${network.name} not found`, { code: 'NOT_FOUND' });
    if (network.address !== undefined) return network.address;
    const taken = new Set([...this.containers.values()].map(({ address }) => address));
    const base = found.ipRange.replace(/\d+\/\d+$/, '');
    return (
      Array.from({ length: 250 }, (_, index) => `${base}${String(index + 2)}`).find((address) => !taken.has(address)) ??
      ''
    );
  }

  #id(prefix = ''): string {
    this.#serial += 1;
    return `${prefix}${this.#serial.toString(16).padStart(64, '0')}`;
  }

  #emit(container: FakeContainer, action: string): void {
    this.#emitter.emit('event', {
      type: 'container',
      action,
      id: container.id,
      labels: { ...container.config.labels, name: container.name },
      time: this.now,
    } satisfies EngineEvent);
  }
}
