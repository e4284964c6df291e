import { definedOnly } from '../../defined.ts';
import type { ObservedNode } from '../../model/observed-state.ts';
import { hasLeft, type Unit, type UnitState } from './unit.ts';
import type { Used } from './usage.ts';

/** The words of fleet, in which clients read states. */
type FleetState = readonly [loadState: string, activeState: string, subState: string];

const activating: FleetState = ['loaded', 'activating', 'start-pre'];
const failed: FleetState = ['loaded', 'failed', 'failed'];
const gone: FleetState = ['not-found', 'inactive', 'dead'];

const fleetStates: Readonly<Record<UnitState, FleetState>> = {
  new: activating,
  allocated: activating,
  pending: activating,
  assigned: activating,
  accepted: activating,
  preparing: activating,
  ready: activating,
  starting: activating,
  running: ['loaded', 'active', 'running'],
  complete: ['loaded', 'inactive', 'exited'],
  failed,
  rejected: failed,
  shutdown: gone,
  orphaned: gone,
  remove: gone,
};

const mebibyte = 2 ** 20;

/** The machine of a unit, as fleet told it. */
function machineDocument(node: ObservedNode): object {
  const { id, address, labels, engineVersion, cpus, memoryBytes } = node;
  return {
    ID: id,
    PublicIP: address,
    Metadata: labels,
    Version: engineVersion,
    TotalResources: { Cores: Math.round(cpus * 100), Memory: Math.floor(memoryBytes / mebibyte), Disk: 0 },
  };
}

export function unitDocument(unit: Unit, nodes: readonly ObservedNode[], used: Used | null): object {
  const { name, service, version, instance, state, hash, since, error, exitCode, health, address } = unit;
  const [loadState, activeState, subState] = fleetStates[state];
  const node = nodes.find(({ id }) => id === unit.nodeId);
  return {
    name,
    service,
    version,
    instance,
    loadState,
    activeState,
    subState,
    machineState: node === undefined ? null : machineDocument(node),
    unitHash: hash,
    since,
    ...definedOnly({ error, exitCode, health, address }),
    Used: used,
  };
}

export function hostDocument(node: ObservedNode, units: readonly Unit[], used: Used | null): object {
  const { hostname, role, state, availability } = node;
  return {
    ...machineDocument(node),
    units: unitsOn(node, units).map(({ name }) => name),
    Hostname: hostname,
    Role: role,
    State: state,
    Availability: availability,
    Used: used,
  };
}

export function clusterDocument(nodes: readonly ObservedNode[], units: readonly Unit[], used: Used | null): object {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  return {
    hostCount: nodes.length,
    unitCount: units.length,
    cores: sum(nodes.map(({ cpus }) => Math.round(cpus * 100))),
    memory: sum(nodes.map(({ memoryBytes }) => Math.floor(memoryBytes / mebibyte))),
    used,
  };
}

/** Of several units together; null where none of them is known. */
export function usedTogether(all: readonly (Used | null)[]): Used | null {
  const known = all.filter((used) => used !== null);
  if (known.length === 0) return null;
  const cpus = known.flatMap(({ cpu }) => cpu ?? []);
  const total = (numbers: readonly number[]): number =>
    Math.round(numbers.reduce((sum, one) => sum + one, 0) * 10) / 10;
  return { cpu: cpus.length === 0 ? null : total(cpus), memory: total(known.map(({ memory }) => memory)) };
}

export function unitsOn({ id }: ObservedNode, units: readonly Unit[]): readonly Unit[] {
  return units.filter((unit) => unit.nodeId === id && !hasLeft(unit));
}
