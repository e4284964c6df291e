import { isIPv4, isIPv6 } from 'node:net';
import type { Problem } from '../../../errors.ts';
import { isFindable } from '../../../model/found-at.ts';
import { unknownInterface } from '../environment/host-address.ts';

export type AddressComplaint = Required<Pick<Problem, 'message' | 'suggestion'>>;

/**
 * Why a value cannot be the address of one machine: it is no address, or one that no machine has for itself alone.
 * Undefined also for loopback, and for what another check reports or only the host will know (`from_eth0`).
 */
export function addressComplaint(name: string, value: string): AddressComplaint | undefined {
  if (value.startsWith('from_') || unknownInterface(value) !== undefined) return undefined;
  const complaint = (reason: string, suggestion = 'write an address of the host, or from_<interface>') => ({
    message: `${name} is "${value}", ${reason}`,
    suggestion,
  });
  if (!isAddress(value)) {
    const meant = addressWithin(value);
    return complaint(
      'which is not an IP address',
      meant === undefined || addressComplaint(name, meant) !== undefined
        ? undefined
        : `write the address alone: ${meant}`,
    );
  }
  if (isFindable(value) || isLoopback(value)) return undefined;
  const wrapped = /^::ffff:([\d.]+)$/i.exec(value)?.[1];
  if (wrapped !== undefined) return complaint('an IPv4 address written as IPv6', `write ${wrapped}`);
  return complaint(`which is no address of one machine (${kindOf(value)})`);
}

export function isLoopback(value: string): boolean {
  return isIPv4(value) ? value.startsWith('127.') : isIPv6(value) && /^(0*:)*:?0*1$/.test(value);
}

/** Without the name of an interface behind it, which means something on one machine only. */
function isAddress(value: string): boolean {
  return isIPv4(value) || (isIPv6(value) && !value.includes('%'));
}

/** The address in one with a prefix, a port, an interface, brackets or spaces. */
function addressWithin(value: string): string | undefined {
  const text = value.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d*)?$/.exec(text) ?? [];
  const [, plain] = /^([\d.]+):\d*$/.exec(text) ?? [];
  const [before = ''] = (bracketed ?? plain ?? text).split(/[/%]/);
  return isAddress(before) ? before : undefined;
}

function kindOf(value: string): string {
  if (/^(0\.|0*:(0*:)*0*$)/.test(value)) return 'all addresses, or none';
  if (/^(169\.254\.|fe[89ab])/i.test(value)) return 'link-local';
  return /^(22[4-9]|23\d)\.|^ff/i.test(value) ? 'multicast' : 'reserved';
}
