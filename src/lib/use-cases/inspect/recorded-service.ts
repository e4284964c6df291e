import { basename } from 'node:path/posix';
import { label } from '../../labels.ts';
import type { ObservedContainer, ObservedState, Ownership } from '../../model/observed-state.ts';
import { imageInfo } from './image-info.ts';
import { containerInfo, type InstanceInfo, type ServiceInfo } from './service-info.ts';

/** A service that the files do not have, as its containers were made. */
export function recordedService(
  service: string,
  containers: readonly ObservedContainer[],
  observed: ObservedState,
): ServiceInfo {
  const image = containers[0]?.labels[label.image] ?? containers[0]?.image ?? '';
  return {
    service,
    kind: 'unknown',
    problems: [],
    ports: [],
    image: imageInfo(image, [], observed.images),
    entries: [],
    instances: recordedInstances(containers),
  };
}

/** Instances of which the files do not say how they are desired. */
export function recordedInstances(containers: readonly ObservedContainer[]): readonly InstanceInfo[] {
  return containers.flatMap((container) =>
    container.ownership === undefined ? [] : [recordedInstance(container, container.ownership)],
  );
}

function recordedInstance(container: ObservedContainer, { key, instance, type, spec }: Ownership): InstanceInfo {
  const { ports = [], mounts = [], files = [], network } = spec;
  return {
    key,
    instance,
    type: { value: type, origin: { source: 'its container' } },
    switches: {},
    ports,
    after: [],
    differences: [],
    links: network?.mode === 'network' ? network.links : [],
    mounts: mounts.filter(({ kind }) => kind !== 'scratch'),
    secrets: files.flatMap(({ path, secret }) => (secret === true ? [basename(path)] : [])),
    ...containerInfo(container),
  };
}
