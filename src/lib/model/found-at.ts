import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { hasProjectKey } from './dns-file.ts';
import type { EnvironmentVariable, InstanceSpec, Template } from './desired.ts';
import type { LabelledFile, LabelledSpec, LabelledVariable } from './labelled-spec.ts';
import { plainText } from './template.ts';

type Published = {
  readonly environment: readonly (EnvironmentVariable | LabelledVariable)[];
  readonly files?: readonly LabelledFile[];
  readonly ports: InstanceSpec['ports'];
  readonly network: Pick<InstanceSpec['network'], 'mode'>;
};

/**
 * SERVICE_IP, where others find an instance by it; undefined: at its container's own address. Only an instance that
 * publishes something is found at an address of the host, and none at an address that cannot be published in a DNS.
 */
export function foundAt(instance: Published): Template | undefined {
  const serviceIp = instance.environment.find(({ name }) => name === 'SERVICE_IP')?.value;
  if (serviceIp === undefined || plainText(serviceIp) === '') return undefined;
  // Made by a version that registered any SERVICE_IP.
  if (hasProjectKey({ files: instance.files ?? [] })) return serviceIp;
  return publishesOnHost(instance) && isFindable(plainText(serviceIp)) ? serviceIp : undefined;
}

/** The same of a container, as its label has it. */
export function labelledFoundAt(spec: LabelledSpec): Template | undefined {
  const { environment = [], ports = [], files = [], network = { mode: 'bridge' } } = spec;
  return foundAt({ environment, ports, files, network });
}

export function publishesOnHost({ ports, network }: Pick<Published, 'ports' | 'network'>): boolean {
  return ports.length > 0 || network.mode === 'host';
}

/**
 * Whether others can look for something at the address. Not at loopback, which is another machine for each that asks,
 * nor at what is no address of one machine, such as a link-local one. One that is not known yet (`<eth0 of host X>`, or
 * a reference) passes.
 */
export function isFindable(address: string | undefined): boolean {
  if (address === undefined || address.startsWith('<')) return true;
  if (isIPv4(address)) return !/^(0|127|169\.254)\./.test(address) && Number(address.split('.')[0]) < 224;
  return isIPv6(address) && !nowhere.check(address, 'ipv6');
}

/** Unspecified, loopback, wrapped IPv4, link-local and multicast. */
const nowhere = new BlockList();
nowhere.addSubnet('::', 80, 'ipv6');
nowhere.addSubnet('fe80::', 10, 'ipv6');
nowhere.addSubnet('ff00::', 8, 'ipv6');
