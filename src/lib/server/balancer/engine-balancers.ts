import type { ApplyOutcome } from '../../apply/executor.ts';
import type { EngineReader, EngineSessions } from '../../engine/engine.ts';
import { EngineError, messageOf } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { PortHolder } from '../../model/host-facts.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { observeContainers } from '../../observe/observe.ts';
import { isBalancer, planBalancers } from '../../plan/balancers/plan-balancers.ts';
import { processesOf } from '../../plan/instance/ports.ts';
import type { Plan } from '../../plan/plan.ts';
import { isOutage } from '../jobs/outcomes.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import { balancerStatus, setBalancer, type ServerFigures } from './balancer-program.ts';
import { balancerSpec } from './balancer-spec.ts';
import type { Balanced, BalancedRoute, BalancedUnit } from './balancing.ts';
import { desiredPorts, type DesiredPort } from './ports.ts';

export interface EngineBalancersTools {
  /** Name of the server. */
  readonly server: string;
  readonly domain: string;
  readonly apply: (plan: Plan) => Promise<ApplyOutcome>;
  /** Processes that listen on ports of the engine's host, as far as that can be asked. */
  readonly portHolders: (ports: ReadonlySet<number>) => Promise<readonly PortHolder[]>;
}

export type BalancerEngine = Pick<EngineReader, 'listContainers' | 'findImage'> & Pick<EngineSessions, 'openExec'>;

/** The balancers of a local engine: a container for each host port, which is told each unit. */
export class EngineBalancers {
  readonly #tools: EngineBalancersTools;
  /** By id of the container: the document that it has, as JSON. */
  readonly #given = new Map<string, string>();

  constructor(tools: EngineBalancersTools) {
    this.#tools = tools;
  }

  async balance(
    engine: BalancerEngine,
    routes: readonly BalancedRoute[],
    units: readonly BalancedUnit[],
  ): Promise<Balanced> {
    const { domain } = this.#tools;
    const { ports, refused: conflicts } = desiredPorts({ domain, routes, units });
    const refused = new Map([...conflicts, ...(await this.#make(engine, ports))]);
    const running = await this.#running(engine);
    for (const id of this.#given.keys()) if (![...running.values()].includes(id)) this.#given.delete(id);
    const had = ports.filter(({ hostPort }) => !refused.has(hostPort) || conflicts.has(hostPort));
    await Promise.all(had.map((port) => this.#give(engine, port, running.get(port.hostPort))));
    return { refused, sessions: await this.#sessions(engine, units, running) };
  }

  /** Figures of each balancer, by its host port; those that do not answer are left out. */
  async figures(engine: BalancerEngine): Promise<ReadonlyMap<number, readonly ServerFigures[]>> {
    const running = [...(await this.#running(engine))];
    const asked = running.map(async ([port, id]) => [port, await balancerStatus(engine, id)] as const);
    const settled = await Promise.allSettled(asked);
    return new Map(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  }

  /** Ports that could not be had, with the reason. */
  async #make(engine: BalancerEngine, ports: readonly DesiredPort[]): Promise<ReadonlyMap<number, string>> {
    const { server, apply, portHolders } = this.#tools;
    const containers = await observeContainers(engine, { all: true });
    const owner = serverOwner(server);
    const running = new Set(portsOf(containers.filter((one) => isBalancer(one, owner))).keys());
    const missing = new Set(ports.map(({ hostPort }) => hostPort).filter((port) => !running.has(port)));
    const plan = planBalancers(owner, {
      desired: ports.map(({ hostPort }) => balancerSpec(hostPort, server)),
      containers,
      portHolders: missing.size === 0 ? [] : processesOf({ portHolders: await portHolders(missing) }, containers),
    });
    const reasons = new Map(plan.blockers.map(({ subject, message }) => [subject, message]));
    if (plan.operations.length > 0) for (const [key, text] of failures(await apply(plan))) reasons.set(key, text);
    return new Map(
      ports.flatMap(({ hostPort }) => {
        const reason = reasons.get(balancerSpec(hostPort, server).key);
        return reason === undefined ? [] : [[hostPort, reason] as const];
      }),
    );
  }

  /** Running balancers: host port to id of the container. */
  async #running(engine: BalancerEngine): Promise<ReadonlyMap<number, string>> {
    const labels = { [label.server]: this.#tools.server, [label.balancer]: '' };
    return portsOf(await engine.listContainers({ all: false, labels }));
  }

  async #give(engine: BalancerEngine, { hostPort, document }: DesiredPort, id: string | undefined): Promise<void> {
    if (id === undefined)
      throw new EngineError(`the balancer of port ${String(hostPort)} does not run`, { code: 'BALANCER_FAILED' });
    const text = JSON.stringify(document);
    if (this.#given.get(id) === text) return;
    this.#given.delete(id);
    const left = await setBalancer(engine, id, document);
    // A server with connections is removed by another call.
    if (left.length === 0) this.#given.set(id, text);
  }

  async #sessions(
    engine: BalancerEngine,
    units: readonly BalancedUnit[],
    running: ReadonlyMap<number, string>,
  ): Promise<ReadonlyMap<string, number>> {
    const draining = units.filter(({ isDraining }) => isDraining);
    const ids = [...new Set(draining.map(({ hostPort }) => running.get(hostPort)))].filter((id) => id !== undefined);
    const rows = (await Promise.all(ids.map((id) => balancerStatus(engine, id)))).flat();
    const names = new Set(draining.map(({ unit }) => unit));
    const sessions = new Map([...names].map((name) => [name, 0]));
    for (const row of rows)
      if (names.has(row.name)) sessions.set(row.name, (sessions.get(row.name) ?? 0) + row.sessions);
    return sessions;
  }
}

function portsOf(
  containers: readonly Pick<ObservedContainer, 'id' | 'labels' | 'state'>[],
): ReadonlyMap<number, string> {
  return new Map(
    containers
      .filter(({ state }) => state === 'running')
      .map(({ id, labels }) => [Number(labels[label.balancer]), id] as const),
  );
}

/** What the engine refused, by subject. Rejects when it is away. */
export function failures({ failures: failed }: ApplyOutcome): readonly (readonly [string, string])[] {
  const outage = failed.find(({ error }) => isOutage(error));
  if (outage !== undefined) throw outage.error;
  return failed.map(({ operation, error }) => [operation.subject, messageOf(error)]);
}
