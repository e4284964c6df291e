import { label, ownerIn } from '../../labels.ts';
import type { PolicyContainer, PolicyKeys } from '../policy.ts';

/** Running instances of dockerops: `/dockerops/instances/shop/web-one` -> address, host, image, ports, state, type. */
export function container(
  each: PolicyContainer,
  { network }: { readonly network?: string | null },
): PolicyKeys | undefined {
  const owner = ownerIn(each.labels as Readonly<Record<string, string>>);
  const [service, instance] = [each.label(label.service), each.label(label.instance)];
  if (owner === undefined || service === undefined || instance === undefined) return undefined;
  if (each.state !== 'running' || each.label(label.kind) !== 'instance') return undefined;
  const [first] = Object.keys(each.networks).sort();
  const from = network ?? first;
  return {
    [`/dockerops/instances/${owner.name}/${service}-${instance}`]: {
      address: from === undefined ? undefined : each.networkIp(from),
      host: each.host.name,
      image: each.label(label.image) ?? each.image,
      ports: each.ports,
      state: each.state,
      type: each.label(label.instanceType),
    },
  };
}

export const configSchema = {
  type: 'object',
  properties: { network: { type: ['string', 'null'], minLength: 1 } },
};
