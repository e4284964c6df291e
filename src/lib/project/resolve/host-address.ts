import type { Problem } from '../../errors.ts';
import type { HostFacts } from '../../model/host-facts.ts';

export interface HostAddress {
  readonly value: string;
  readonly problem?: Pick<Problem, 'message' | 'suggestion'>;
  /** The host's interfaces are not known; `value` stands for the address. */
  readonly isUnknown?: true;
}

/** `from_eth0` in a variable ending in `_IP` is the first IPv4 address of that interface of the engine's host. */
export function expandHostAddress(name: string, value: string, facts: HostFacts): HostAddress {
  const wanted = name.endsWith('_IP') ? /^from_(.+)$/.exec(value)?.[1] : undefined;
  if (wanted === undefined) return { value };
  if (facts.interfaces === undefined) {
    const recorded = facts.recordedAddresses?.[wanted];
    return recorded === undefined
      ? { value: `<${wanted} of host ${facts.hostname}>`, isUnknown: true }
      : { value: recorded };
  }
  const address = facts.interfaces.find((each) => each.name === wanted)?.ipv4[0];
  if (address !== undefined) return { value: address };
  const usable = facts.interfaces
    .filter(({ ipv4 }) => ipv4.length > 0)
    .map((each) => `${each.name} (${each.ipv4[0] ?? ''})`);
  const isThere = facts.interfaces.some((each) => each.name === wanted);
  return {
    value,
    problem: {
      message: `${name} is ${value}, but host ${facts.hostname} has ${isThere ? `no IPv4 address on ${wanted}` : `no interface ${wanted}`}`,
      suggestion: usable.length === 0 ? 'write the address itself' : `its interfaces are ${usable.join(', ')}`,
    },
  };
}

/** The interface of which a value stands for the address; undefined for every other value. */
export function unknownInterface(value: string): string | undefined {
  return /^<(.+) of host .*>$/.exec(value)?.[1];
}
