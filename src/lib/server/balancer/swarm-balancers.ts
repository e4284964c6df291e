import type { ApplyOutcome } from '../../apply/executor.ts';
import type { EngineReader, SwarmServiceRow } from '../../engine/engine.ts';
import { EngineError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { PortHolder } from '../../model/host-facts.ts';
import type { EngineFacts, ObservedNode, ObservedTask } from '../../model/observed-state.ts';
import type { Plan } from '../../plan/plan.ts';
import { specHash } from '../../plan/spec/spec-hash.ts';
import { planServices, type FoundService, type ServicesRequest } from '../../plan/swarm/plan-services.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import { publishDocuments, relayReports, type ServerFigures } from './balancer-program.ts';
import { relayName, relaySpec, swarmBalancerSpec } from './swarm-balancer-spec.ts';
import type { Balanced, BalancedRoute } from './balancing.ts';
import { failures, type BalancerEngine } from './engine-balancers.ts';
import { balancerName } from './balancer-spec.ts';
import { desiredPorts, type DesiredPort } from './ports.ts';
import { swarmPortHolder } from './swarm-port-holder.ts';

export interface SwarmBalancersTools {
  /** Name of the server. */
  readonly server: string;
  readonly domain: string;
  /** By which balancers prove to the relay that they are of this server. The same for all servers of one store. */
  readonly token: () => Promise<string>;
  readonly apply: (plan: Plan) => Promise<ApplyOutcome>;
  /** Processes that listen on ports of the engine's host, as far as that can be asked. */
  readonly portHolders: (ports: ReadonlySet<number>) => Promise<readonly PortHolder[]>;
}

export type SwarmBalancerEngine = BalancerEngine &
  Pick<EngineReader, 'findSwarmService' | 'listNodes' | 'listSwarmServices' | 'listTasks'>;

/**
 * The balancers of a Swarm: a global service for each host port. They find the units by the engine's resolver, so that
 * a deploy changes none of them, and fetch their configuration from a relay on the server's own node.
 */
export class SwarmBalancers {
  readonly #tools: SwarmBalancersTools;
  /** Id of the relay's container, and what it has, as JSON. */
  #published: { readonly relay: string; readonly text: string } | undefined;

  constructor(tools: SwarmBalancersTools) {
    this.#tools = tools;
  }

  async balance(engine: SwarmBalancerEngine, facts: EngineFacts, routes: readonly BalancedRoute[]): Promise<Balanced> {
    const { domain } = this.#tools;
    const { ports, refused: conflicts } = desiredPorts({ domain, routes, units: undefined });
    const refused = new Map([...conflicts, ...(await this.#make(engine, ports, facts))]);
    if (ports.length > 0) {
      const relay = await this.#publish(engine, ports);
      const had = ports.filter(({ hostPort }) => !refused.has(hostPort));
      for (const [port, reason] of await this.#check(engine, relay, had, facts)) refused.set(port, reason);
    }
    return { refused, sessions: new Map() };
  }

  /** What the balancers of all nodes said last, by host port. */
  async figures(engine: BalancerEngine): Promise<ReadonlyMap<number, readonly ServerFigures[]>> {
    const relay = await this.#relay(engine);
    if (relay === undefined) return new Map();
    const reports = await relayReports(engine, relay);
    const byPort = Map.groupBy(reports, ({ port }) => Number(port));
    return new Map([...byPort].map(([port, own]) => [port, own.flatMap(({ servers }) => servers)]));
  }

  /** Ports that could not be had, with the reason. */
  async #make(
    engine: SwarmBalancerEngine,
    ports: readonly DesiredPort[],
    { swarmNodeId = '' }: EngineFacts,
  ): Promise<ReadonlyMap<number, string>> {
    const { server, apply } = this.#tools;
    const rows = await engine.listSwarmServices({ [label.server]: server, [label.balancer]: '' });
    if (ports.length === 0 && rows.length === 0) return new Map();
    const token = await this.#tools.token();
    const balancers = new Map(ports.map(({ hostPort }) => [hostPort, swarmBalancerSpec(hostPort, server, token)]));
    const specs = ports.length === 0 ? [] : [relaySpec(server, swarmNodeId, token), ...balancers.values()];
    const plan = planServices(serverOwner(server), await request(engine, rows, specs));
    const reasons = new Map(plan.blockers.map(({ subject, message }) => [subject, message]));
    if (plan.operations.length > 0) for (const [key, text] of failures(await apply(plan))) reasons.set(key, text);
    return new Map(
      [...balancers].flatMap(([hostPort, { key }]) => {
        const reason = reasons.get(key) ?? reasons.get(relayName(server));
        return reason === undefined ? [] : [[hostPort, reason] as const];
      }),
    );
  }

  async #publish(engine: SwarmBalancerEngine, ports: readonly DesiredPort[]): Promise<string> {
    const relay = await this.#relay(engine);
    if (relay === undefined) throw waiting(`${relayName(this.#tools.server)} does not run yet`);
    const documents = Object.fromEntries(ports.map(({ hostPort, document }) => [String(hostPort), document]));
    const text = JSON.stringify(documents);
    if (this.#published?.relay === relay && this.#published.text === text) return relay;
    await publishDocuments(engine, relay, documents);
    this.#published = { relay, text };
    return relay;
  }

  /** The running container of the relay, which is on the engine of the server. */
  async #relay(engine: Pick<EngineReader, 'listContainers'>): Promise<string | undefined> {
    const labels = { 'com.docker.swarm.service.name': relayName(this.#tools.server) };
    const rows = await engine.listContainers({ all: false, labels });
    return rows.find(({ state }) => state === 'running')?.id;
  }

  /** Rejects while a node has not reported that it has the configuration; returns the ports that a node cannot have. */
  async #check(
    engine: SwarmBalancerEngine,
    relay: string,
    ports: readonly DesiredPort[],
    facts: EngineFacts,
  ): Promise<ReadonlyMap<number, string>> {
    const [reports, nodes, rows, tasks] = await Promise.all([
      relayReports(engine, relay),
      engine.listNodes(),
      engine.listSwarmServices({ [label.server]: this.#tools.server, [label.balancer]: '' }),
      engine.listTasks({ labels: { [label.server]: this.#tools.server, [label.balancer]: '' } }),
    ]);
    const refused = new Map<number, string>();
    const late: string[] = [];
    for (const { hostPort, document } of ports)
      for (const { id, hostname } of nodes.filter(
        ({ state, availability }) => state === 'ready' && availability !== 'drain',
      )) {
        const has = ({ port, node, frame }: (typeof reports)[number]): boolean =>
          Number(port) === hostPort && node === id && frame === document.frame;
        if (reports.some(has)) continue;
        const service = rows.find(({ labels }) => labels[label.balancer] === String(hostPort));
        const task = failedTask(tasks.filter(({ serviceId, nodeId }) => serviceId === service?.id && nodeId === id));
        if (task === undefined) late.push(`port ${String(hostPort)} on ${hostname}`);
        else refused.set(hostPort, await this.#refusal(engine, hostPort, { id, hostname }, task, facts));
      }
    if (late.length > 0 && refused.size === 0) throw waiting(`no balancer yet that has ${late.join(', ')}`);
    return refused;
  }

  async #refusal(
    engine: SwarmBalancerEngine,
    hostPort: number,
    node: Pick<ObservedNode, 'id' | 'hostname'>,
    { error = '', lacksImage }: ObservedTask,
    { swarmNodeId: ownNode = '' }: EngineFacts,
  ): Promise<string> {
    const text = `port ${String(hostPort)} cannot be had on ${node.hostname}`;
    if (lacksImage === true) return `${text}: ${error}`;
    const { portHolders } = this.#tools;
    const service = balancerName(hostPort);
    const holder = await swarmPortHolder(engine, { hostPort, service, node, ownNode, portHolders });
    if (holder !== undefined) return `${text}: it is in use by ${holder}`;
    return node.id === ownNode
      ? `${text}: ${error}`
      : `${text}: ${error} (docker ps on ${node.hostname} shows by what)`;
  }
}

async function request(
  engine: Pick<EngineReader, 'findSwarmService'>,
  rows: readonly SwarmServiceRow[],
  specs: readonly InstanceSpec[],
): Promise<ServicesRequest> {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const byContainer = new Map(specs.map((spec) => [spec.container, spec]));
  return {
    desired: await Promise.all(specs.map(async (spec) => withFound(spec, await findService(engine, spec, byName)))),
    unwanted: rows.flatMap((found) => {
      const cause = causeToRemove(found, byContainer.get(found.name));
      return cause === undefined ? [] : [{ found, cause }];
    }),
  };
}

/** Undefined: the service stays. One that is replaced is created by a later pass. */
function causeToRemove({ labels }: SwarmServiceRow, spec: InstanceSpec | undefined): string | undefined {
  if (spec === undefined) return 'no service has its port';
  if (labels[label.relayToken] !== spec.labels[label.relayToken]) return 'it has the token of another store';
  return labels[label.balancer] === 'relay' && labels[label.specHash] !== specHash(spec)
    ? 'the server has moved'
    : undefined;
}

/** Of the tasks of a service on one node: the newest that says why it does not run. */
function failedTask(tasks: readonly ObservedTask[]): ObservedTask | undefined {
  if (tasks.some(({ state, desired }) => state === 'running' && desired === 'running')) return undefined;
  return tasks.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since)).find(({ error }) => error !== undefined);
}

async function findService(
  engine: Pick<EngineReader, 'findSwarmService'>,
  { container }: InstanceSpec,
  own: ReadonlyMap<string, SwarmServiceRow>,
): Promise<FoundService | undefined> {
  return own.get(container) ?? (await engine.findSwarmService(container));
}

function withFound(spec: InstanceSpec, found: FoundService | undefined): ServicesRequest['desired'][number] {
  return found === undefined ? { spec } : { spec, found };
}

function waiting(reason: string): EngineError {
  return new EngineError(reason, { code: 'BALANCER_WAITING' });
}
