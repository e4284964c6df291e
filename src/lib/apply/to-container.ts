import type { ContainerConfig, EngineMount } from '../engine/container-config.ts';
import type { InstanceSpec, MountSpec } from '../project/project.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { Results } from './results.ts';

/** A container that we start must not fill the disk with its output. */
const logLimits = { maxSize: '10m', maxFiles: 3 };

/** From the spec with references to what the engine is asked for. */
export async function toContainer(operation: OperationOf<'create-container'>, results: Results): Promise<ContainerConfig> {
  const { spec, image } = operation;
  return {
    image: 'id' in image ? image.id : image.reference,
    hostname: spec.hostname,
    ...(spec.entrypoint === undefined ? {} : { entrypoint: spec.entrypoint }),
    ...(spec.command === undefined ? {} : { command: spec.command }),
    environment: await Promise.all(spec.environment.map(async ({ name, value }) => `${name}=${await results.text(value)}`)),
    labels: await resolveLabels(operation.labels, results),
    network: await network(spec, operation.fixedAddress, results),
    ports: spec.ports, mounts: spec.mounts.map((mount) => toMount(mount, spec)), runtime: spec.runtime,
    ...(spec.healthcheck === undefined ? {} : { healthcheck: spec.healthcheck }),
    ...(spec.runtime.interactive === true ? { terminal: true } : {}),
    logs: logLimits,
  };
}

async function resolveLabels(labels: OperationOf<'create-container'>['labels'], results: Results): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await Promise.all(Object.entries(labels).map(async ([name, text]) => [name, await results.text(text)] as const)));
}

async function network({ network: wanted }: InstanceSpec, fixedAddress: string | undefined, results: Results): Promise<ContainerConfig['network']> {
  if (wanted.mode !== 'network') return { mode: wanted.mode };
  return {
    mode: 'network', name: wanted.network, aliases: wanted.aliases, links: wanted.links,
    ...(fixedAddress === undefined ? {} : { address: fixedAddress }),
    ...(wanted.resolver === undefined ? {} : { dns: { servers: [await results.text(wanted.resolver.server)], search: [wanted.resolver.search], options: ['ndots:1'] } }),
  };
}

function toMount(mount: MountSpec, spec: InstanceSpec): EngineMount {
  if (mount.kind !== 'data') return mount;
  const name = `${spec.container}-${mount.target.replace(/^\//, '').replaceAll('/', '-')}`;
  return { kind: 'data', volume: name, directory: mount.directory, target: mount.target, labels: spec.labels };
}
