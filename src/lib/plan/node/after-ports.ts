import type { ObservedContainer } from '../../model/observed-state.ts';
import type { PlanBuilder } from '../builder.ts';

/** A container that takes over a host port starts after the end of the one that has it now. */
export function afterPorts(own: ReadonlyMap<string, ObservedContainer>, builder: PlanBuilder): void {
  const holders = goingHolders(own, builder);
  const desired = desiredPorts(builder);
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

/** Ports that each container of the plan is to have, by its name. */
function desiredPorts({ operations }: PlanBuilder): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    operations.flatMap((operation) =>
      operation.kind === 'create-container'
        ? [[operation.spec.container, new Set(operation.spec.ports.map(portName))] as const]
        : [],
    ),
  );
}

function portName({ host, protocol }: { readonly host?: number; readonly protocol: string }): string {
  return `${String(host)}/${protocol}`;
}
