import type { Problem } from '../../../errors.ts';
import type { HostFacts } from '../../../model/host-facts.ts';

export interface HostAddress {
  readonly value: string;
  readonly problem?: Pick<Problem, 'message' | 'suggestion'>;
  /** The host's interfaces are not known; `value` is a placeholder. */
  readonly isUnknown?: true;
}

/** `from_eth0` in a variable whose name ends in `_IP` is the first IPv4 address of that interface of the host. */
export function expandHostAddress(name: string, value: string, facts: HostFacts): HostAddress {
  const requested = name.endsWith('_IP') ? /^from_(.+)$/.exec(value)?.[1] : undefined;
  if (requested === undefined) return { value };
  if (facts.interfaces === undefined) {
    const recorded = facts.recordedAddresses?.[requested];
    return recorded === undefined
      ? { value: `<${requested} of host ${facts.hostname}>`, isUnknown: true }
      : { value: recorded };
  }
  const found = facts.interfaces.find((each) => each.name === requested);
  const [address] = found?.ipv4 ?? [];
  if (address !== undefined) return { value: address };
  const lack = found === undefined ? `no interface ${requested}` : `no IPv4 address on ${requested}`;
  return {
    value,
    problem: {
      message: `${name} is ${value}, but host ${facts.hostname} has ${lack}`,
      suggestion: addressSuggestion(facts.interfaces),
    },
  };
}

function addressSuggestion(interfaces: NonNullable<HostFacts['interfaces']>): string {
  const usable = interfaces.flatMap(({ name, ipv4: [first] }) => (first === undefined ? [] : [`${name} (${first})`]));
  return usable.length === 0 ? 'write the address itself' : `its interfaces are ${usable.join(', ')}`;
}

/** The interface of a placeholder; undefined for every other value. */
export function unknownInterface(value: string): string | undefined {
  return /^<(.+) of host .*>$/.exec(value)?.[1];
}
