import { osIds } from '../../build/base-images/os-table.ts';
import { label } from '../../labels.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import { unitNetwork } from './balancing.ts';
import { balancerPort } from './haproxy-config.ts';

export const balancerOs = osIds[0] ?? 'debian12';
export const balancerImage = `dockerops/dockerops-balancer-${balancerOs}:latest`;

export function balancerName(hostPort: number): string {
  return `dockerops-balancer-${String(hostPort)}`;
}

/** The balancer of one host port, as a container of the local engine. */
export function balancerSpec(hostPort: number, server: string): InstanceSpec {
  const name = balancerName(hostPort);
  return {
    key: name,
    container: name,
    service: 'dockerops-balancer',
    instance: String(hostPort),
    type: 'standard',
    image: balancerImage,
    hostname: '',
    environment: [],
    files: [],
    network: { mode: 'network', network: unitNetwork(server), reservedAddress: false, aliases: [], links: [] },
    ports: [{ container: balancerPort, protocol: 'tcp', host: hostPort }],
    mounts: [],
    runtime: { restart: 'always', capDrop: ['ALL'], stopSeconds: 10 },
    labels: { [label.balancer]: String(hostPort) },
    lease: 'none',
    placement: { kind: 'engine' },
    after: [],
    sleepSeconds: 0,
    origins: {},
  };
}
