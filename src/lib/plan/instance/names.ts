import type { InstanceSpec, Template } from '../../model/desired.ts';
import type { LabelledSpec } from '../../model/labelled-spec.ts';
import { isDnsService } from '../../model/dns-service.ts';
import type { PlanBuilder } from '../builder.ts';

/** How long names may take to show in the DNS after everything is ready. */
const limitSeconds = 30;

/** A spec as it is desired, or as a label has it. */
type Named = Pick<InstanceSpec, 'environment'> | Pick<LabelledSpec, 'environment'>;

export function variable(spec: Named, name: string): Template | undefined {
  return spec.environment?.find((candidate) => candidate.name === name)?.value;
}

export function dnsPolicy(spec: Named): string {
  const policy = variable(spec, 'DNS_UPDATE_POLICY')?.[0];
  return typeof policy === 'string' ? policy.toUpperCase() : 'APPEND';
}

/** The address under which others find it: SERVICE_IP, else its own. */
export function publishedAddress(spec: InstanceSpec): Template {
  return variable(spec, 'SERVICE_IP') ?? [{ addressOf: spec.container }];
}

/**
 * True when its client registers with a DNS that is not the one here, given by its container and SERVICE_IP: on another host, where
 * only the instance itself has a way to it. Without SERVICE_IP nothing of it is published there.
 */
export function isServedElsewhere(
  spec: Pick<InstanceSpec, 'environment' | 'lease'>,
  dns: string | undefined,
  dnsAddress: Template | undefined,
): boolean {
  const server = variable(spec, 'DNS_SERVICE_IP');
  if (spec.lease !== 'client' || server === undefined || isEmpty(variable(spec, 'SERVICE_IP'))) return false;
  if (server.some((piece) => typeof piece !== 'string' && 'addressOf' in piece && piece.addressOf === dns))
    return false;
  return dnsAddress === undefined || server.join('') !== dnsAddress.join('');
}

function isEmpty(text: Template | undefined): boolean {
  return (text ?? []).every((piece) => piece === '');
}

export interface AwaitedNames {
  readonly builder: PlanBuilder;
  readonly dns: string | undefined;
  readonly dnsAddress: Template | undefined;
  /** Operations after which the names of an instance may be looked for. */
  readonly needsOf: (spec: InstanceSpec) => readonly string[];
}

/**
 * Ends when others can find what was started: one question for all names of the DNS here, and one inside each instance whose DNS is
 * elsewhere. Ids of what was planned.
 */
export function planAwaitNames(
  started: readonly InstanceSpec[],
  { builder, dns, dnsAddress, needsOf }: AwaitedNames,
): readonly string[] {
  const published = started.filter(
    (spec) => spec.lease !== 'none' && dnsPolicy(spec) !== 'HIDE' && !isDnsService(spec.service),
  );
  const common = { kind: 'await-names', cause: 'waiting for DNS names', limitSeconds } as const;
  const elsewhere = published.filter((spec) => isServedElsewhere(spec, dns, dnsAddress));
  const here = published.filter((spec) => !elsewhere.includes(spec));
  const ids = elsewhere.map((spec) =>
    builder.add({
      ...common,
      id: `names ${spec.key}`,
      subject: spec.key,
      needs: needsOf(spec),
      dns: spec.container,
      by: 'client',
      names: [nameOf(spec)],
    }),
  );
  if (dns === undefined || here.length === 0) return ids;
  return [
    ...ids,
    builder.add({
      ...common,
      id: 'names',
      subject: 'names',
      needs: [...new Set(here.flatMap(needsOf))],
      dns,
      names: here.map(nameOf),
    }),
  ];
}

function nameOf(spec: InstanceSpec): { readonly name: string; readonly address: Template } {
  return { name: spec.key, address: publishedAddress(spec) };
}
