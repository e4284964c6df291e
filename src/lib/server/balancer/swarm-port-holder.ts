import type { EngineReader, SwarmServiceRow } from '../../engine/engine.ts';
import type { PortHolder } from '../../model/host-facts.ts';
import type { ObservedNode } from '../../model/observed-state.ts';
import { observeContainers } from '../../observe/observe.ts';
import { portHolder } from '../../plan/balancers/plan-balancers.ts';
import { processesOf } from '../../plan/instance/ports.ts';

export type PortHolderReader = Pick<EngineReader, 'findImage' | 'listContainers' | 'listSwarmServices' | 'listTasks'>;

export interface HeldPort {
  readonly hostPort: number;
  /** Name of the Swarm service that was to have it. */
  readonly service: string;
  readonly node: Pick<ObservedNode, 'id' | 'hostname'>;
  /** Id of the node of the server's engine, whose containers and processes can be listed. */
  readonly ownNode: string;
  /** Processes that listen on ports of the engine's host, as far as that can be asked. */
  readonly portHolders: (ports: ReadonlySet<number>) => Promise<readonly PortHolder[]>;
}

/**
 * Who has a host port on a node of a Swarm; undefined where that is not known. A manager knows the services of all
 * nodes; the containers and processes of another node are known to its own engine alone.
 */
export async function swarmPortHolder(engine: PortHolderReader, held: HeldPort): Promise<string | undefined> {
  for (const row of await engine.listSwarmServices())
    if (row.name !== held.service && (await hasPort(engine, row, held))) return `Swarm service ${row.name}`;
  if (held.node.id !== held.ownNode) return undefined;
  const containers = await observeContainers(engine, { all: false });
  const holders = await held.portHolders(new Set([held.hostPort]));
  return portHolder(held.hostPort, { containers, portHolders: processesOf({ portHolders: holders }, containers) });
}

async function hasPort(
  engine: PortHolderReader,
  { id, published = [] }: SwarmServiceRow,
  { hostPort, node }: HeldPort,
): Promise<boolean> {
  const port = published.find(({ host }) => host === hostPort);
  if (port?.mode !== 'host') return port !== undefined;
  return (await engine.listTasks({ services: [id], desired: ['running'] })).some(
    ({ nodeId, state }) => nodeId === node.id && state === 'running',
  );
}
