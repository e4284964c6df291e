import { expect } from 'chai';
import type { ServerFigures } from '../../../../src/lib/server/balancer/balancer-program.ts';
import {
  isBalanced,
  loadBalancerDocument,
  type LoadBalancerContext,
} from '../../../../src/lib/server/balancer/load-balancer-document.ts';
import type { DeploymentState } from '../../../../src/lib/server/deploy/deployment.ts';
import type { ServiceView } from '../../../../src/lib/server/deploy/service-view.ts';
import type { Unit } from '../../../../src/lib/server/deploy/unit.ts';
import type { ServiceConfig, ServiceVersion } from '../../../../src/lib/server/services/service.ts';

const config: ServiceConfig = {
  publicFacing: true,
  numInstances: 1,
  ports: [{ container: 9000, host: 8080 }],
  env: {},
  volume: {},
};
const versionOf = (version: number, more: Partial<ServiceConfig> = {}): ServiceVersion => ({
  service: 'web',
  version,
  image: 'web',
  config: { ...config, ...more },
  createdAt: 0,
});
const unitOf = (version: number): Unit => ({
  name: `web-${String(version)}-1`,
  service: 'web',
  version,
  instance: 1,
  id: String(version),
  state: 'running',
  isReady: true,
  nodeId: 'n1',
  address: `10.0.0.${String(version)}`,
  since: 0,
  hash: '',
});
const rowOf = (version: number, more: Partial<ServerFigures> = {}): ServerFigures => ({
  backend: 's_web',
  name: `web-${String(version)}-1`,
  address: `10.0.0.${String(version)}:9000`,
  status: 'UP',
  weight: 100,
  sessions: 3,
  queued: 1,
  ...more,
});
const viewOf = (more: Partial<ServiceView> = {}): ServiceView => ({
  service: 'web',
  running: versionOf(1),
  outdated: [],
  ...more,
});
const coming = (state: DeploymentState): Partial<ServiceView> => ({
  underWay: {
    version: versionOf(2),
    deployment: { id: 'd', service: 'web', version: 2, state, phases: [], createdAt: 0 },
  },
});
const contextOf = (more: Partial<LoadBalancerContext> = {}): LoadBalancerContext => ({
  publicPort: 80,
  nodes: [{ id: 'n1', address: '192.0.2.7' }] as unknown as LoadBalancerContext['nodes'],
  units: [unitOf(1), unitOf(2)],
  figures: new Map([[80, [rowOf(1), rowOf(2)]]]),
  ...more,
});

describe('a load balancer of the API', () => {
  it('has each unit of the version that runs, with the figures of each port', () => {
    expect(loadBalancerDocument(viewOf(), contextOf({ units: [unitOf(1)] }))).to.deep.equal({
      id: 'web',
      service: 'web',
      backends: {
        current: {
          version: 1,
          weighting: 100,
          hosts: [
            { unit: 'web-1-1', host: '192.0.2.7', port: 80, sessions: 3, queuedRequests: 1, weight: 100 },
            { unit: 'web-1-1', host: '192.0.2.7', port: 8080, sessions: null, queuedRequests: null, weight: null },
          ],
        },
      },
    });
  });

  it('has the version on its way as the next one, which gets connections from the switch on', () => {
    const weightings = (['starting', 'switching', 'draining'] as const).map((state) => {
      const document = loadBalancerDocument(viewOf(coming(state)), contextOf());
      const { current, next } = (document as { backends: Record<'current' | 'next', { weighting: number }> }).backends;
      return [current.weighting, next.weighting];
    });
    expect(weightings).to.deep.equal([
      [100, 0],
      [50, 50],
      [0, 100],
    ]);
  });

  it('adds up what the balancers of several hosts say of a unit that they know by its address', () => {
    const figures = new Map([[80, [rowOf(1, { name: 'unit1' }), rowOf(1, { name: 'unit7', sessions: 4 })]]]);
    expect(JSON.stringify(loadBalancerDocument(viewOf(), contextOf({ figures })))).to.contain('"sessions":7');
  });

  it('is there for services with a port of the hosts only', () => {
    const running = versionOf(1, { publicFacing: false, ports: [{ container: 9000 }] });
    expect(loadBalancerDocument(viewOf({ running }), contextOf())).to.equal(undefined);
    expect(loadBalancerDocument({ service: 'web', outdated: [] }, contextOf())).to.equal(undefined);
  });

  it('is healthy while at least one unit answers', () => {
    const isHealthy = (...rows: readonly ServerFigures[]): boolean =>
      isBalanced(viewOf(), { figures: new Map([[80, rows]]) });
    expect(isHealthy(rowOf(1, { status: 'DOWN' }), rowOf(2))).to.equal(true);
    expect(isHealthy(rowOf(1, { status: 'DOWN' }), rowOf(2, { backend: 's_other' }))).to.equal(false);
    expect(isHealthy()).to.equal(false);
  });
});
