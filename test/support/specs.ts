import type { Desired, InstanceSpec, Owner } from '../../src/lib/model/desired.ts';
import type { HostFacts } from '../../src/lib/model/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../../src/lib/model/observed-state.ts';
import type { RunOptions } from '../../src/lib/plan/context.ts';
import { parseOwnership } from '../../src/lib/observe/ownership.ts';
import { instanceLabels } from '../../src/lib/plan/instance/instance-labels.ts';

/** Small, complete values for tests of the planner and the executor. */
export const project: Owner = { kind: 'project', name: 'demo', path: '/home/ann/demo', machine: 'm1' };

export const facts: HostFacts = {
  local: true,
  hostname: 'host',
  interfaces: [{ name: 'eth0', ipv4: ['192.0.2.7'] }],
  routes: ['0.0.0.0/0', '192.0.2.0/24'],
  client: { machine: 'm1', hostname: 'host', user: 'ann', pid: 4711, processStart: '1' },
};

export const runOptions: RunOptions = { replace: 'never', build: 'missing', wait: true, timeoutSeconds: 60 };

export function spec(service: string, instance: string, change: Partial<InstanceSpec> = {}): InstanceSpec {
  const key = `${service}-${instance}`;
  return {
    key,
    container: `demo-${key}`,
    service,
    instance,
    type: 'standard',
    image: `demo/${service}:latest`,
    hostname: key,
    environment: [{ name: 'SERVICE', value: [service], secret: false }],
    files: [],
    network: { mode: 'network', network: 'dockerops-demo', reservedAddress: false, aliases: [], links: [] },
    ports: [],
    mounts: [],
    runtime: { restart: 'unless-stopped' },
    labels: {},
    lease: 'none',
    placement: { kind: 'engine' },
    after: [],
    sleepSeconds: 0,
    origins: {},
    ...change,
  };
}

export function desired(instances: readonly InstanceSpec[], change: Partial<Desired> = {}): Desired {
  return {
    owner: project,
    network: { name: 'dockerops-demo', range: '10.210.0.0/16', prefix: 22 },
    keys: [],
    images: [],
    instances,
    complete: true,
    ...change,
  };
}

export function observed(change: Partial<ObservedState> = {}): ObservedState {
  return {
    engine: {
      id: 'E',
      hostname: 'host',
      version: '20.10',
      apiVersion: '1.41',
      os: 'linux',
      architecture: 'amd64',
      swarm: 'inactive',
    },
    containers: [],
    networks: [],
    volumes: [],
    images: [],
    swarmServices: [],
    ...change,
  };
}

export const demoNetwork = {
  id: 'n1',
  name: 'dockerops-demo',
  driver: 'bridge',
  subnets: ['10.210.0.0/22'],
  labels: { 'dockerops.project': 'demo', 'dockerops.path': '/home/ann/demo', 'dockerops.machine': 'm1' },
};

/** The container that dockerops would have made from a spec, running unless changed. */
export function containerOf(
  wanted: InstanceSpec,
  change: Partial<ObservedContainer> = {},
  owner: Owner = project,
): ObservedContainer {
  const labels = Object.fromEntries(
    Object.entries(instanceLabels(wanted, owner)).map(([name, text]) => [name, text.join('')]),
  );
  const ownership = parseOwnership(labels);
  if (ownership === undefined) throw new Error('labels do not prove an owner');
  return {
    id: `id-${wanted.key}`,
    name: wanted.container,
    image: wanted.image,
    imageId: `sha256:${wanted.service}`,
    state: 'running',
    status: 'Up 1 minute',
    health: 'none',
    created: 1,
    labels,
    ownership,
    addresses: { 'dockerops-demo': '10.210.2.9' },
    ports: [],
    volumes: [],
    ...change,
  };
}

export function imageOf(service: string): ObservedState['images'][number] {
  return { id: `sha256:${service}`, references: [`demo/${service}:latest`], labels: {}, created: 1 };
}
