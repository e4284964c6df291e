import { definedOnly } from '../../defined.ts';
import type { ContainerRow } from '../../engine/engine.ts';
import { label } from '../../labels.ts';
import type { EngineFacts, ObservedNode } from '../../model/observed-state.ts';
import { unitName, type Unit, type UnitState } from './unit.ts';
import { versionIn, type LabelledVersion } from './version-labels.ts';

export interface EngineView {
  /** Id of the engine. */
  readonly engine: string;
  /** Network of the units. */
  readonly network: string;
  /** Ids of the containers that have run for long enough. */
  readonly steady: ReadonlySet<string>;
}

/** The units among the containers of a server on its local engine. */
export function engineUnits(rows: readonly ContainerRow[], view: EngineView): readonly Unit[] {
  return rows.flatMap((row) => {
    const of = versionIn(row.labels);
    const instance = Number(row.labels[label.instance]);
    return of === undefined || !(instance > 0) ? [] : [engineUnit(row, { ...of, instance }, view)];
  });
}

/** A container in the words of units. */
export function engineUnit(row: ContainerRow, own: LabelledVersion & Pick<Unit, 'instance'>, view: EngineView): Unit {
  const { id, created, health, exitCode, addresses, labels } = row;
  const state = stateOf(row);
  const address = addresses[view.network];
  return {
    ...own,
    name: unitName(own),
    id,
    containerId: id,
    nodeId: view.engine,
    state,
    health,
    isReady: isReady(row, view.steady),
    since: created * 1000,
    hash: labels[label.specHash] ?? '',
    ...definedOnly({ exitCode, address: address === '' ? undefined : address }),
    ...(state === 'failed' ? { error: `exit code ${String(exitCode ?? 'unknown')}` } : {}),
  };
}

function isReady({ state, health, id }: ContainerRow, steady: ReadonlySet<string>): boolean {
  if (state !== 'running') return false;
  return health === 'none' ? steady.has(id) : health === 'healthy';
}

function stateOf({ state, exitCode, health }: ContainerRow): UnitState {
  switch (state) {
    case 'created':
      return 'ready';
    case 'running':
    case 'paused':
      return health === 'starting' ? 'starting' : 'running';
    case 'restarting':
      return 'starting';
    case 'removing':
      return 'remove';
    case 'exited':
      return exitCode === 0 ? 'complete' : 'failed';
    default:
      return 'failed';
  }
}

/** The machine of a local engine, in the words of a Swarm's nodes. */
export function engineNode(facts: EngineFacts, address: string): ObservedNode {
  return {
    id: facts.id,
    hostname: facts.hostname,
    address,
    role: 'manager',
    availability: 'active',
    state: 'ready',
    cpus: facts.cpus ?? 0,
    memoryBytes: facts.memoryBytes ?? 0,
    engineVersion: facts.version,
    labels: {},
  };
}

/** At which the ports of a local engine's machine are reached: `unix:///…` is this machine. */
export function addressOf(engine: string): string {
  const host = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(?:\[([^\]]+)\]|([^:/]+))/.exec(engine);
  return host?.[1] ?? host?.[2] ?? '127.0.0.1';
}
