import { createHash } from 'node:crypto';
import { definedOnly } from '../defined.ts';
import type { ContainerConfig, EngineMount } from '../engine/container-config.ts';
import { label } from '../labels.ts';
import type { InstanceSpec, MountSpec } from '../model/desired.ts';
import type { CarriedVolume, OperationOf } from '../plan/operation.ts';
import type { Results } from './results.ts';

/** No container that we start may fill the disk with its output. */
const logLimits = { maxSize: '10m', maxFiles: 3 };

type ContainerRequest = Pick<OperationOf<'create-container'>, 'spec' | 'labels' | 'image' | 'fixedAddress' | 'carried'>;

/** What the engine is asked for: the spec, with values in the place of its references. */
export async function toContainer(request: ContainerRequest, results: Results): Promise<ContainerConfig> {
  const { spec, image, carried = [] } = request;
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
    mounts: [...spec.mounts.map((mount) => toMount(mount, spec, labels)), ...carried.map(toCarried)],
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
  { network: wanted }: InstanceSpec,
  fixedAddress: string | undefined,
  results: Results,
): Promise<ContainerConfig['network']> {
  if (wanted.mode !== 'network') return { mode: wanted.mode };
  return {
    mode: 'network',
    name: wanted.network,
    aliases: wanted.aliases,
    links: wanted.links,
    ...definedOnly({ address: fixedAddress }),
    ...(wanted.resolver === undefined
      ? {}
      : {
          dns: {
            servers: [await results.text(wanted.resolver.server)],
            search: [wanted.resolver.search],
            options: ['ndots:1'],
          },
        }),
  };
}

function toCarried({ volume, target }: CarriedVolume): EngineMount {
  return { kind: 'volume', volume, target, readOnly: false, lifetime: 'kept' };
}

const ofInstance = [
  label.project,
  label.path,
  label.machine,
  label.node,
  label.server,
  label.service,
  label.instance,
] as const;

/**
 * The volume object is only the way to a directory of the host: it goes with its instance, the directory stays. The
 * directory is part of its name, because the engine would go on using an older object of the same name with the
 * directory that it was made for.
 */
function toMount(mount: MountSpec, spec: InstanceSpec, labels: Readonly<Record<string, string>>): EngineMount {
  const ownLabels = Object.fromEntries(
    ofInstance.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
  );
  if (mount.kind === 'scratch') return { ...mount, labels: { ...ownLabels, [label.kind]: 'scratch' } };
  if (mount.kind !== 'data') return mount;
  if (mount.shared === true) return { kind: 'directory', directory: mount.directory, target: mount.target };
  const digits = createHash('sha256').update(mount.directory).digest('hex').slice(0, 8);
  const volume = `${spec.container}-${mount.target.replace(/^\//, '').replaceAll('/', '-')}-${digits}`;
  return { kind: 'data', volume, directory: mount.directory, target: mount.target, labels: ownLabels };
}
