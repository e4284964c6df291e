import type { ObservedContainer } from '../observe/observed-state.ts';
import { unknownInterface } from '../project/host-address.ts';
import type { HostFacts } from '../project/host-facts.ts';
import type { InstanceSpec } from '../project/project.ts';
import type { Resolution } from '../project/resolve.ts';
import { plainText } from '../project/text.ts';

/**
 * For who only looks: where the interfaces of the engine's host are not known, they are taken to have the addresses that the project's
 * instances were told when they were made, so that this alone makes nothing differ. What runs nowhere yet stays unknown.
 */
export function withRecordedAddresses(facts: HostFacts, { instances, lacksInterfaces }: Pick<Resolution, 'instances' | 'lacksInterfaces'>, containers: readonly ObservedContainer[]): HostFacts {
  if (!lacksInterfaces) return facts;
  const oldestFirst = containers.toSorted((a, b) => a.created - b.created);
  const recorded = oldestFirst.flatMap(({ name, ownership }) => {
    const told = environmentOf(ownership?.spec);
    const variables = instances.find(({ spec }) => spec.container === name)?.variables ?? [];
    return variables.flatMap((variable) => {
      const wanted = unknownInterface(plainText(variable.value) ?? '');
      const address = plainText(told.find((each) => each.name === variable.name)?.value);
      return wanted === undefined || address === undefined || unknownInterface(address) !== undefined ? [] : [[wanted, address] as const];
    });
  });
  return { ...facts, recordedAddresses: Object.fromEntries(recorded) };
}

function environmentOf(spec: string | undefined): InstanceSpec['environment'] {
  try {
    return (JSON.parse(spec ?? '{}') as Partial<InstanceSpec>).environment ?? [];
  } catch {
    return [];
  }
}
