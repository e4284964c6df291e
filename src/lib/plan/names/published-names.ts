import type { InstanceSpec, Template } from '../../model/desired.ts';
import { isDns } from '../../model/dns-service.ts';
import { foundAt } from '../../model/found-at.ts';
import type { LabelledSpec } from '../../model/labelled-spec.ts';

/** A spec as it is desired, or as a label has it. */
type WithVariables = Pick<InstanceSpec, 'environment'> | Pick<LabelledSpec, 'environment'>;

/** An instance of the DNS. */
export interface DnsPlace {
  readonly container: string;
  /** Its SERVICE_IP, if it has one: where other hosts find it. */
  readonly address: Template | undefined;
}

/** Of these instances; the first one counts. */
export function findDns(specs: readonly InstanceSpec[]): DnsPlace | undefined {
  const spec = specs.find(isDns);
  return spec && { container: spec.container, address: foundAt(spec) };
}

export function dnsPolicy(spec: WithVariables): string {
  const policy = variable(spec, 'DNS_UPDATE_POLICY')?.[0];
  return typeof policy === 'string' ? policy.toUpperCase() : 'APPEND';
}

/** The address under which others find it: SERVICE_IP where it publishes something there, else its own. */
export function publishedAddress(spec: InstanceSpec): Template {
  return foundAt(spec) ?? [{ addressOf: spec.container }];
}

/** Whether others are to find it by name. The DNS itself has no name of its own. */
export function isPublished(spec: InstanceSpec): boolean {
  return spec.lease !== 'none' && dnsPolicy(spec) !== 'HIDE' && !isDns(spec);
}

/**
 * Whether its client registers with another DNS than the one here: with one on another host, which only the instance
 * itself can reach. Without SERVICE_IP nothing of it is published there.
 */
export function isServedElsewhere(spec: InstanceSpec, dns: DnsPlace | undefined): boolean {
  return foundAt(spec) !== undefined && asksElsewhere(spec, dns);
}

/** Whether the DNS that it uses is another one than the one here, found or not. */
export function asksElsewhere(spec: InstanceSpec, dns: DnsPlace | undefined): boolean {
  const server = variable(spec, 'DNS_SERVICE_IP');
  if (spec.lease !== 'client' || server === undefined || server.join('') === '') return false;
  if (server.some((piece) => typeof piece !== 'string' && 'addressOf' in piece && piece.addressOf === dns?.container))
    return false;
  return dns?.address === undefined || server.join('') !== dns.address.join('');
}

function variable(spec: WithVariables, name: string): Template | undefined {
  return spec.environment?.find((candidate) => candidate.name === name)?.value;
}
