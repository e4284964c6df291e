import type { ObservedContainer } from '../../model/observed-state.ts';
import { unknownInterface } from '../../project/resolve/environment/host-address.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { LabelledSpec } from '../../model/labelled-spec.ts';
import type { Resolution } from '../../project/resolve/resolve.ts';
import { plainText } from '../../model/template.ts';

/**
 * For read-only commands: interfaces of a remote host are assumed to have the addresses with which the instances were
 * created, so that unknown addresses alone are no difference. Addresses without an instance stay unknown.
 */
export function withRecordedAddresses(
  facts: HostFacts,
  { instances, lacksInterfaces }: Pick<Resolution, 'instances' | 'lacksInterfaces'>,
  containers: readonly ObservedContainer[],
): HostFacts {
  if (!lacksInterfaces) return facts;
  const oldestFirst = containers.toSorted((a, b) => a.created - b.created);
  const recorded = oldestFirst.flatMap(({ name, ownership }) => {
    const instance = instances.find(({ spec }) => spec.container === name);
    return instance === undefined ? [] : recordedIn(instance, ownership?.spec ?? {});
  });
  return { ...facts, recordedAddresses: Object.fromEntries(recorded) };
}

/** Names of interfaces with the addresses in the spec of a container. */
function recordedIn(
  { variables, spec }: Resolution['instances'][number],
  recorded: LabelledSpec,
): readonly (readonly [name: string, address: string])[] {
  return [...ofVariables(variables, recorded), ...ofPorts(spec.ports, recorded)].flatMap(([now, then]) => {
    const name = unknownInterface(now ?? '');
    const isKnown = name !== undefined && then !== undefined && unknownInterface(then) === undefined;
    return isKnown ? [[name, then] as const] : [];
  });
}

type NowAndThen = readonly [now: string | undefined, then: string | undefined];

function ofVariables(
  variables: Pick<InstanceSpec, 'environment'>['environment'],
  { environment = [] }: LabelledSpec,
): readonly NowAndThen[] {
  return variables.map(({ name, value }) => [
    plainText(value),
    plainText(environment.find((each) => each.name === name)?.value),
  ]);
}

/** PUBLISH_ON_IP may come from the environment of the command only; the published port has its value. */
function ofPorts(desired: InstanceSpec['ports'], { ports = [] }: LabelledSpec): readonly NowAndThen[] {
  return desired.map(({ container, protocol, ip }) => [
    ip,
    ports.find((each) => each.container === container && each.protocol === protocol)?.ip,
  ]);
}
