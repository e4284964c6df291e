import { definedOnly } from '../defined.ts';
import type { ContainerConfig, EngineMount } from '../engine/container-config.ts';
import { linkNames } from '../model/link-names.ts';
import type { InstanceSpec } from '../model/desired.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { CarriedVolume } from '../plan/operation-parts.ts';
import type { Results } from './results.ts';
import { toMount } from './to-mount.ts';

/** No container that we start may fill the disk with its output. */
const logLimits = { maxSize: '10m', maxFiles: 3 };

type RequestMember = 'spec' | 'labels' | 'image' | 'fixedAddress' | 'carried' | 'replaces';
type ContainerRequest = Pick<OperationOf<'create-container'>, RequestMember>;

/** What the engine is asked for: the spec, with values in the place of its references. */
export async function toContainer(request: ContainerRequest, results: Results): Promise<ContainerConfig> {
  const { spec, image, carried = [], replaces } = request;
  const labels = await resolveLabels(request.labels, results);
  return {
    image: 'id' in image ? image.id : image.reference,
    hostname: spec.hostname,
    ...definedOnly({ entrypoint: spec.entrypoint, command: spec.command }),
    environment: await Promise.all(
      spec.environment.map(async ({ name, value }) => `${name}=${await results.text(value)}`),
    ),
    labels,
    network: await network(spec, request.fixedAddress, results),
    ports: spec.ports,
    mounts: [...spec.mounts.map((mount) => toMount(mount, spec, labels)), ...carried.map(toCarried)].map((mount) =>
      'volume' in mount && replaces?.volumes.includes(mount.volume) === true ? { ...mount, noCopy: true } : mount,
    ),
    runtime: spec.runtime,
    ...definedOnly({ healthcheck: spec.healthcheck }),
    ...(spec.runtime.interactive === true ? { terminal: true } : {}),
    logs: logLimits,
  };
}

async function resolveLabels(
  labels: ContainerRequest['labels'],
  results: Results,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(labels).map(async ([name, text]) => [name, await results.text(text)] as const)),
  );
}

async function network(
  { network: wanted, container, placement }: InstanceSpec,
  fixedAddress: string | undefined,
  results: Results,
): Promise<ContainerConfig['network']> {
  if (wanted.mode !== 'network') return { mode: wanted.mode };
  return {
    mode: 'network',
    name: wanted.network,
    // The DNS asks the engine for it by this name, which then stays when somebody renames the container.
    aliases: placement.kind === 'engine' ? [...wanted.aliases, container] : wanted.aliases,
    links: wanted.links.flatMap(({ target, alias }) =>
      linkNames(alias, wanted.resolver?.search).map((name) => ({ target, alias: name })),
    ),
    ...definedOnly({ address: fixedAddress, dns: await dnsOf(wanted, results) }),
  };
}

type NetworkConfig = Extract<ContainerConfig['network'], { mode: 'network' }>;

async function dnsOf(
  { resolver }: Extract<InstanceSpec['network'], { mode: 'network' }>,
  results: Results,
): Promise<NetworkConfig['dns']> {
  if (resolver === undefined) return undefined;
  return { servers: [await results.text(resolver.server)], search: [resolver.search], options: ['ndots:1'] };
}

function toCarried({ volume, target }: CarriedVolume): EngineMount {
  return { kind: 'volume', volume, target, readOnly: false, lifetime: 'kept' };
}
