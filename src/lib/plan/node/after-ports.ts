import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { PlanBuilder } from '../builder.ts';

/** A container that takes over a host port starts after the end of the one that has it now. */
export function afterPorts(
  own: ReadonlyMap<string, ObservedContainer>,
  starting: readonly InstanceSpec[],
  builder: PlanBuilder,
): void {
  const holders = goingHolders(own, builder);
  const desired = new Map(starting.map(({ container, ports }) => [container, new Set(ports.map(portName))]));
  for (const operation of [...builder.operations]) {
    if (operation.kind !== 'start-container') continue;
    const { id, container } = operation;
    const taken = holders.filter(({ name, port }) => name !== container && desired.get(container)?.has(port));
    builder.addNeeds(
      id,
      taken.map(({ end }) => end),
    );
  }
}

interface Holder {
  readonly name: string;
  readonly port: string;
  /** Id of the operation that frees it. */
  readonly end: string;
}

/** Ports of the containers that the plan stops or removes. */
function goingHolders(own: ReadonlyMap<string, ObservedContainer>, { operations }: PlanBuilder): readonly Holder[] {
  const ends = new Map<string, string>();
  for (const operation of operations) {
    const isEnd = operation.kind === 'stop-container' || operation.kind === 'remove-container';
    if (isEnd && !ends.has(operation.expected.name)) ends.set(operation.expected.name, operation.id);
  }
  return [...own.values()].flatMap(({ name, ports }) => {
    const end = ends.get(name);
    if (end === undefined) return [];
    return ports.filter(({ host }) => host !== undefined).map((port) => ({ name, port: portName(port), end }));
  });
}

function portName({ host, protocol }: { readonly host?: number; readonly protocol: string }): string {
  return `${String(host)}/${protocol}`;
}
