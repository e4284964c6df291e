import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { ObservedContainer } from '../../../../src/lib/model/observed-state.ts';
import { planBalancers, type BalancersRequest } from '../../../../src/lib/plan/balancers/plan-balancers.ts';
import { balancerSpec } from '../../../../src/lib/server/balancer/balancer-spec.ts';
import { serverOwner } from '../../../../src/lib/server/jobs/job-spec.ts';

const owner = serverOwner('default');
const container = (name: string, more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  id: `id-${name}`,
  name,
  image: 'x',
  imageId: 'x',
  state: 'running',
  status: '',
  health: 'none',
  created: 0,
  labels: {},
  addresses: {},
  ports: [],
  volumes: [],
  ...more,
});
const balancer = (port: number, more: Partial<ObservedContainer> = {}): ObservedContainer =>
  container(`dockerops-balancer-${String(port)}`, {
    labels: { [label.server]: 'default', [label.balancer]: String(port) },
    ports: [{ container: 8080, host: port, protocol: 'tcp' }],
    ...more,
  });

const plan = (change: Partial<BalancersRequest>): { ids: readonly string[]; reasons: readonly string[] } => {
  const desired = [balancerSpec(80, 'default')];
  const { operations, blockers } = planBalancers(owner, { desired, containers: [], portHolders: [], ...change });
  return { ids: operations.map(({ id }) => id), reasons: blockers.map(({ message }) => message) };
};

describe('the plan of balancers', () => {
  it('makes one for each port, and leaves those that run', () => {
    const desired = [80, 5432].map((port) => balancerSpec(port, 'default'));
    expect(plan({ desired, containers: [balancer(80)] })).to.deep.equal({
      ids: ['create dockerops-balancer-5432', 'start dockerops-balancer-5432'],
      reasons: [],
    });
  });

  it('starts one that does not run, also where it never did', () => {
    for (const state of ['exited', 'created'] as const)
      expect(plan({ containers: [balancer(80, { state, ports: [] })] }).ids).to.deep.equal([
        'start dockerops-balancer-80',
      ]);
  });

  it('removes those of ports that no service has, and those of no other server', () => {
    const labels = { [label.server]: 'other', [label.balancer]: '82' };
    const containers = [balancer(80), balancer(81), balancer(82, { labels })];
    expect(plan({ containers }).ids).to.deep.equal(['stop dockerops-balancer-81', 'remove dockerops-balancer-81']);
  });

  it('names the container that has the port', () => {
    const ports = [{ container: 80, host: 80, protocol: 'tcp' as const }];
    const { ids, reasons } = plan({ containers: [container('shop', { ports })] });
    expect(ids).to.deep.equal([]);
    expect(reasons).to.deep.equal([
      'port 80 of the host is in use by container shop (a container that dockerops did not make)',
    ]);
  });

  it('names the process that has the port, of this protocol alone', () => {
    const held = { port: 80, ip: '0.0.0.0', holder: 'nginx (pid 7)' };
    const { reasons } = plan({ portHolders: [{ ...held, protocol: 'tcp' }] });
    expect(reasons).to.deep.equal(['port 80 of the host is in use by nginx (pid 7)']);
    expect(plan({ portHolders: [{ ...held, protocol: 'udp' }] }).reasons).to.deep.equal([]);
  });

  it('touches no container of its name that another has made', () => {
    for (const state of ['running', 'exited'] as const)
      expect(plan({ containers: [container('dockerops-balancer-80', { state })] })).to.deep.equal({
        ids: [],
        reasons: ['the container name dockerops-balancer-80 is in use'],
      });
  });
});
