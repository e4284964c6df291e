import type { ObservedContainer } from '../../model/observed-state.ts';
import type { PlanBuilder } from '../builder.ts';

/** A container that takes over a host port starts after the removal of the one that has it now. */
export function afterPorts(own: ReadonlyMap<string, ObservedContainer>, builder: PlanBuilder): void {
  const holders = goingHolders(own, builder);
  const desired = desiredPorts(builder);
  for (const operation of [...builder.operations]) {
    if (operation.kind !== 'start-container') continue;
    const { id, container } = operation;
    const taken = holders.filter(({ name, port }) => name !== container && desired.get(container)?.has(port));
    builder.addNeeds(
      id,
      taken.map(({ name }) => `remove ${name}`),
    );
  }
}

interface Holder {
  readonly name: string;
  readonly port: string;
}

/** Ports of the containers that the plan removes. */
function goingHolders(own: ReadonlyMap<string, ObservedContainer>, { operations }: PlanBuilder): readonly Holder[] {
  const going = new Set(
    operations.flatMap((operation) => (operation.kind === 'remove-container' ? [operation.expected.name] : [])),
  );
  return [...own.values()]
    .filter(({ name }) => going.has(name))
    .flatMap(({ name, ports }) =>
      ports.filter(({ host }) => host !== undefined).map((port) => ({ name, port: portName(port) })),
    );
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
