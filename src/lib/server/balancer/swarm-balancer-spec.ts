import { label } from '../../labels.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import { relayTokenId } from './relay-token.ts';
import { balancerSpec } from './balancer-spec.ts';

const relayPort = 9101;

/** The Swarm service that hands configurations to the balancers of a server. */
export function relayName(server: string): string {
  return server === 'default' ? 'dockerops-relay' : `dockerops-relay-${server}`;
}

/** One task on the node of the server's engine, so that the server can write into it and read from it by exec. */
export function relaySpec(server: string, node: string, token: string): InstanceSpec {
  const name = relayName(server);
  return {
    ...balancerSpec(relayPort, server),
    key: name,
    container: name,
    service: name,
    instance: 'relay',
    command: ['relay'],
    environment: [tokenVariable(token)],
    ports: [],
    // A name is resolved when its task is healthy; this one is needed at once.
    healthcheck: { test: ['NONE'] },
    labels: { [label.balancer]: 'relay', [label.relayToken]: relayTokenId(token) },
    placement: { kind: 'swarm', mode: { replicated: 1 }, constraints: [`node.id==${node}`], endpoint: 'dnsrr' },
  };
}

/** The balancers of one host port: one on each node. */
export function swarmBalancerSpec(hostPort: number, server: string, token: string): InstanceSpec {
  const spec = balancerSpec(hostPort, server);
  const source = `http://${relayName(server)}:${String(relayPort)}/balancers/${String(hostPort)}`;
  return {
    ...spec,
    environment: [
      { name: 'DOCKEROPS_BALANCER_SOURCE', value: [source], secret: false },
      { name: 'DOCKEROPS_NODE', value: ['{{.Node.ID}}'], secret: false },
      tokenVariable(token),
    ],
    ports: spec.ports.map((port) => ({ ...port, publish: 'host' })),
    labels: { ...spec.labels, [label.relayToken]: relayTokenId(token) },
    placement: { kind: 'swarm', mode: 'global', constraints: [], endpoint: 'dnsrr' },
  };
}

function tokenVariable(token: string): InstanceSpec['environment'][number] {
  return { name: 'DOCKEROPS_TOKEN', value: [token], secret: true };
}
