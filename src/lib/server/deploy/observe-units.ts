import type { ContainerRow, EngineReader, SwarmServiceRow } from '../../engine/engine.ts';
import { label } from '../../labels.ts';
import type { EngineFacts, ObservedNode } from '../../model/observed-state.ts';
import { unitNetwork } from '../balancer/balancing.ts';
import { addressOf, engineNode, engineUnits } from './engine-units.ts';
import type { RunningTimes } from './running-times.ts';
import { leavingServices, swarmUnits, versionServices } from './swarm-units.ts';
import type { Unit } from './unit.ts';
import type { LabelledVersion } from './version-labels.ts';

export type UnitReader = Pick<
  EngineReader,
  'address' | 'facts' | 'listContainers' | 'listNodes' | 'listSwarmServices' | 'listTasks'
>;

interface Common {
  readonly facts: EngineFacts;
  /** Those of the Swarm, or the one of the local engine. */
  readonly nodes: readonly ObservedNode[];
  readonly units: readonly Unit[];
}

export interface SwarmObservation extends Common {
  readonly kind: 'swarm';
  readonly services: readonly (SwarmServiceRow & { readonly of: LabelledVersion })[];
  /** Tasks that ended by themselves, also where others have replaced them; latest first. */
  readonly ended: readonly Unit[];
  /** Ids of services that were removed, and have tasks that still stop on a node that answers. */
  readonly leaving: readonly string[];
}

export interface EngineObservation extends Common {
  readonly kind: 'engine';
  /** Those of the units, by name of the unit. */
  readonly containers: ReadonlyMap<string, ContainerRow>;
}

export type Observation = SwarmObservation | EngineObservation;

/** The units of a server, on the Swarm that the engine manages, else on the engine itself. */
export async function observeUnits(
  engine: UnitReader,
  server: string,
  times: RunningTimes,
  now: number,
): Promise<Observation> {
  const facts = await engine.facts();
  return facts.swarm === 'manager'
    ? observeSwarm(engine, facts, { server, times, now })
    : observeEngine(engine, facts, { server, times, now });
}

interface View {
  readonly server: string;
  readonly times: RunningTimes;
  readonly now: number;
}

async function observeSwarm(engine: UnitReader, facts: EngineFacts, view: View): Promise<SwarmObservation> {
  const labels = { [label.server]: view.server, [label.version]: '' };
  const [nodes, rows, tasks] = await Promise.all([
    engine.listNodes(),
    engine.listSwarmServices(labels),
    engine.listTasks({ labels }),
  ]);
  const running = tasks.filter(({ state }) => state === 'running').map(({ id }) => id);
  const steady = view.times.observe(running, view.now);
  const services = versionServices(rows);
  return {
    kind: 'swarm',
    facts,
    nodes,
    services,
    leaving: leavingServices(rows, tasks, nodes),
    ...swarmUnits(rows, tasks, steady),
  };
}

async function observeEngine(engine: UnitReader, facts: EngineFacts, view: View): Promise<EngineObservation> {
  const labels = { [label.server]: view.server, [label.version]: '' };
  const rows = await engine.listContainers({ all: true, labels });
  const running = rows.filter(({ state }) => state === 'running').map(({ id }) => id);
  const steady = view.times.observe(running, view.now);
  const units = engineUnits(rows, { engine: facts.id, network: unitNetwork(view.server), steady });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const containers = new Map(
    units.flatMap(({ name, id }) => {
      const row = byId.get(id);
      return row === undefined ? [] : [[name, row] as const];
    }),
  );
  return { kind: 'engine', facts, nodes: [engineNode(facts, addressOf(engine.address))], units, containers };
}
