import { Conflict, EngineError, NotFound } from '../../src/lib/errors.ts';
import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import type {
  LabelFilter,
  LogLine,
  ServicePlacement,
  SwarmServiceRow,
  TaskQuery,
} from '../../src/lib/engine/engine.ts';
import type { ObservedNode, ObservedTask } from '../../src/lib/model/observed-state.ts';
import { linesOf, matches } from './fake-container.ts';
import { runProgram } from './fake-program.ts';

interface FakeService {
  row: SwarmServiceRow;
  config: ContainerConfig;
  placement: ServicePlacement;
  /** The login that came with it. */
  readonly login?: unknown;
  tasks: ObservedTask[];
  readonly logs: LogLine[];
}

const gigabyte = 2 ** 30;

function publishedBy({ ports }: ContainerConfig): Pick<SwarmServiceRow, 'published'> {
  const published = ports.flatMap(({ host, protocol, publish }) =>
    host === undefined || protocol !== 'tcp' ? [] : [{ host, mode: publish ?? ('ingress' as const) }],
  );
  return published.length === 0 ? {} : { published };
}

/** The Swarm of the fake engine: places tasks by role and memory, and runs what `runProgram` can. */
export class FakeSwarm {
  readonly nodes = new Map<string, ObservedNode>();
  readonly services = new Map<string, FakeService>();
  /** Seconds since 1970. */
  now = 1_700_000_000;
  #serial = 0;
  readonly #hasImage: (reference: string) => boolean;

  constructor(hasImage: (reference: string) => boolean) {
    this.#hasImage = hasImage;
  }

  addNode(hostname: string, change: Partial<ObservedNode> = {}): ObservedNode {
    const node: ObservedNode = {
      id: `node-${hostname}`,
      hostname,
      address: '192.0.2.7',
      role: 'worker',
      availability: 'active',
      state: 'ready',
      cpus: 2,
      memoryBytes: 4 * gigabyte,
      engineVersion: '20.10.24',
      labels: {},
      ...change,
    };
    this.nodes.set(node.id, node);
    return node;
  }

  /** A node stops answering: its tasks are given up, and what they last were stays. */
  loseNode(id: string): void {
    const node = this.nodes.get(id);
    if (node !== undefined) this.nodes.set(id, { ...node, state: 'down' });
    for (const service of this.services.values())
      service.tasks = service.tasks.map((task) => (task.nodeId === id ? { ...task, desired: 'shutdown' } : task));
  }

  /** The program of a task ends. */
  endTask(serviceName: string, exitCode: number): void {
    const service = [...this.services.values()].find(({ row }) => row.name === serviceName);
    if (service === undefined) throw new TypeError(`no service ${serviceName}`);
    service.tasks = service.tasks.map((task) => this.#ended(task, exitCode));
  }

  list(labels?: LabelFilter): readonly SwarmServiceRow[] {
    return [...this.services.values()]
      .map((service) => this.#row(service))
      .filter((row) => matches(row.labels, labels));
  }

  find(idOrName: string): SwarmServiceRow | undefined {
    const found = this.#find(idOrName);
    return found && this.#row(found);
  }

  tasks({ services, labels, desired }: TaskQuery): readonly ObservedTask[] {
    this.#place();
    for (const id of services ?? []) this.#get(`list tasks of`, id);
    return [...this.services.values()]
      .filter(({ row }) => (services?.includes(row.id) ?? true) && matches(row.labels, labels))
      .flatMap(({ tasks }) => tasks)
      .filter((task) => desired?.includes(task.desired) ?? true);
  }

  logs(id: string, tail?: number): readonly LogLine[] {
    const { logs } = this.#get('read the log of', id);
    return tail === undefined ? logs : logs.slice(Math.max(0, logs.length - tail));
  }

  taskLogs(id: string, tail?: number): readonly LogLine[] {
    const service = [...this.services.values()].find(({ tasks }) => tasks.some((task) => task.id === id));
    if (service === undefined) throw new NotFound(`read the log of task ${id}: not found`, { code: 'NOT_FOUND' });
    return this.logs(service.row.id, tail);
  }

  create(name: string, config: ContainerConfig, placement: ServicePlacement, login?: unknown): { readonly id: string } {
    if (this.#find(name) !== undefined)
      throw new Conflict(`create Swarm service ${name}: name conflicts`, { code: 'CONFLICT' });
    const id = this.#id('service');
    const service: FakeService = {
      config,
      placement,
      login,
      logs: [],
      tasks: [],
      row: {
        id,
        name,
        version: 1,
        mode: placement.mode,
        replicas: 0,
        running: 0,
        image: config.image,
        created: this.#time(),
        labels: config.labels,
        ...publishedBy(config),
      },
    };
    this.services.set(id, service);
    service.tasks = this.#newTasks(service);
    this.#place();
    return { id };
  }

  update(id: string, version: number, config: ContainerConfig, placement: ServicePlacement): void {
    const service = this.#get('update Swarm service', id);
    if (service.row.version !== version)
      throw new EngineError(`update Swarm service ${id}: update out of sequence`, { code: 'ENGINE_REFUSED' });
    const { mode } = placement;
    Object.assign(service, { config, placement });
    service.row = { ...service.row, version: version + 1, mode, image: config.image, labels: config.labels };
    service.tasks = this.#newTasks(service);
    this.#place();
  }

  remove(id: string): void {
    this.services.delete(this.#get('remove Swarm service', id).row.id);
  }

  #newTasks({ row, placement }: FakeService): ObservedTask[] {
    const count = placement.mode === 'global' ? this.nodes.size : placement.mode.replicated;
    return Array.from({ length: count }, (_, index) => ({
      id: this.#id('task'),
      serviceId: row.id,
      slot: index + 1,
      state: 'pending',
      desired: 'running',
      message: 'pending task scheduling',
      since: this.#time(),
    }));
  }

  #place(): void {
    for (const service of this.services.values())
      service.tasks = service.tasks.map((task) => (task.nodeId === undefined ? this.#start(task, service) : task));
  }

  #start(task: ObservedTask, service: FakeService): ObservedTask {
    const { config, placement } = service;
    const allowed = [...this.nodes.values()].filter(
      (node) =>
        node.state === 'ready' &&
        node.availability === 'active' &&
        placement.constraints.every((text) => holds(text, node)),
    );
    const node = allowed.find((one) => this.#freeMemory(one) >= (placement.reservedMemoryBytes ?? 0));
    if (node === undefined) return { ...task, error: `no suitable node (${this.#refusal(allowed.length)})` };
    const { error: _waited, ...placed } = { ...task, nodeId: node.id, containerId: this.#id('container') };
    if (!this.#hasImage(config.image))
      return {
        ...placed,
        state: 'rejected',
        desired: 'shutdown',
        error: `No such image: ${config.image}`,
        lacksImage: true,
      };
    const words = [...(config.entrypoint ?? []), ...(config.command ?? [])];
    const result = runProgram(words.length === 0 ? ['sh'] : words, new Map(), '');
    if (result === undefined) return { ...placed, state: 'running', message: 'started' };
    service.logs.push(...linesOf('stdout', result.stdout, this.now), ...linesOf('stderr', result.stderr, this.now));
    return this.#ended(placed, result.exitCode);
  }

  #refusal(allowed: number): string {
    const count = allowed === 0 ? this.nodes.size : allowed;
    const nodes = `on ${String(count)} node${count === 1 ? '' : 's'}`;
    return allowed === 0 ? `scheduling constraints not satisfied ${nodes}` : `insufficient resources ${nodes}`;
  }

  #ended(task: ObservedTask, exitCode: number): ObservedTask {
    return {
      ...task,
      state: exitCode === 0 ? 'complete' : 'failed',
      desired: 'shutdown',
      message: exitCode === 0 ? 'finished' : 'started',
      since: this.#time(),
      exitCode,
      ...(exitCode === 0 ? {} : { error: `task: non-zero exit (${String(exitCode)})` }),
    };
  }

  #freeMemory({ id, memoryBytes }: ObservedNode): number {
    const reserved = [...this.services.values()].flatMap(({ tasks, placement }) =>
      tasks
        .filter(({ nodeId, state }) => nodeId === id && state === 'running')
        .map(() => placement.reservedMemoryBytes ?? 0),
    );
    return reserved.reduce((left, bytes) => left - bytes, memoryBytes);
  }

  #row({ row, tasks }: FakeService): SwarmServiceRow {
    return { ...row, replicas: tasks.length, running: tasks.filter(({ state }) => state === 'running').length };
  }

  #find(idOrName: string): FakeService | undefined {
    return this.services.get(idOrName) ?? [...this.services.values()].find(({ row }) => row.name === idOrName);
  }

  #get(step: string, id: string): FakeService {
    const service = this.#find(id);
    if (service === undefined) throw new NotFound(`${step} ${id}: not found`, { code: 'NOT_FOUND' });
    return service;
  }

  #id(kind: string): string {
    this.#serial += 1;
    return `${kind}-${String(this.#serial)}`;
  }

  #time(): string {
    return new Date(this.now * 1000).toISOString();
  }
}

/** Knows conditions on the role and the id alone. */
function holds(constraint: string, node: ObservedNode): boolean {
  const [, member, operator, value] = /^node\.(role|id)\s*(==|!=)\s*([\w-]+)$/.exec(constraint) ?? [];
  return operator === undefined || (node[member as 'role' | 'id'] === value) === (operator === '==');
}
