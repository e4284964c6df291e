import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';

/** What a container of `image` is created from when a test cares for nothing but `changes`. */
export function plainContainer(image: string, changes: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    image,
    environment: [],
    labels: {},
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no' },
    ...changes,
  };
}
