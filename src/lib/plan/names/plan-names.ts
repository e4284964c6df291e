import type { InstanceSpec } from '../../model/desired.ts';
import type { PlanBuilder } from '../builder.ts';
import type { OperationOf } from '../operation.ts';
import { isDnsService } from '../../model/dns-service.ts';
import {
  asksElsewhere,
  dnsPolicy,
  isPublished,
  isServedElsewhere,
  publishedAddress,
  type DnsPlace,
} from './published-names.ts';

/** How long names may take to show in the DNS after everything is ready. */
const limitSeconds = 30;

/** Puts the lease of an instance that has no client into the DNS. */
export function planHoldNames(
  spec: InstanceSpec,
  why: { readonly cause: string; readonly needs: readonly string[] },
  dns: DnsPlace,
  builder: PlanBuilder,
): string {
  return builder.add({
    ...why,
    id: `hold ${spec.key}`,
    kind: 'hold-names',
    subject: spec.key,
    dns: dns.container,
    spec,
    address: publishedAddress(spec),
    policy: dnsPolicy(spec),
  });
}

export interface AwaitedNames {
  readonly builder: PlanBuilder;
  readonly dns: DnsPlace | undefined;
  /** Operations after which the names of an instance may be looked for. */
  readonly needsOf: (spec: InstanceSpec) => readonly string[];
}

/**
 * Waits until others can find what was started: one question for all names of the DNS here, and one inside each
 * instance whose DNS is elsewhere. There an instance without published names waits until the DNS answers it. Returns
 * the ids of the operations.
 */
export function planAwaitNames(started: readonly InstanceSpec[], awaited: AwaitedNames): readonly string[] {
  const { builder, dns, needsOf } = awaited;
  const elsewhere = started.filter((spec) => !isDnsService(spec.service) && asksElsewhere(spec, dns));
  const here = started.filter((spec) => isPublished(spec) && !elsewhere.includes(spec));
  const ids = elsewhere.map((spec) => {
    const asked = askInside(spec, isPublished(spec) && isServedElsewhere(spec, dns), needsOf(spec));
    return builder.has(asked.id) ? asked.id : builder.add(asked);
  });
  if (dns === undefined || here.length === 0) return ids;
  return [...ids, builder.add(askDns(dns, here, [...new Set(here.flatMap(needsOf))]))];
}

/** Waits until the names of one instance are registered. Returns the id of the operation; undefined: it has none. */
export function planAwaitLease(spec: InstanceSpec, { builder, dns, needsOf }: AwaitedNames): string | undefined {
  if (asksElsewhere(spec, dns))
    return isServedElsewhere(spec, dns) ? builder.add(askInside(spec, true, needsOf(spec))) : undefined;
  if (dns === undefined) return undefined;
  return builder.add({ ...askDns(dns, [spec], needsOf(spec)), id: `names ${spec.key}`, subject: spec.key });
}

/** Every DNS of dockerops has it. */
const nameOfDns = 'dns';

const common = { kind: 'await-names', cause: 'waiting for DNS names', limitSeconds } as const;

function askInside(spec: InstanceSpec, hasNames: boolean, needs: readonly string[]): OperationOf<'await-names'> {
  const { key: subject, container: dns } = spec;
  const names = [hasNames ? nameOf(spec) : { name: nameOfDns }];
  return { ...common, id: `names ${subject}`, subject, needs, dns, by: 'client', names };
}

function askDns(dns: DnsPlace, specs: readonly InstanceSpec[], needs: readonly string[]): OperationOf<'await-names'> {
  return { ...common, id: 'names', subject: 'names', needs, dns: dns.container, names: specs.map(nameOf) };
}

function nameOf(spec: InstanceSpec): OperationOf<'await-names'>['names'][number] {
  return { name: spec.key, address: publishedAddress(spec) };
}
