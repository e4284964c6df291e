import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { EngineFacts, ObservedNode, ObservedTask } from '../../../../src/lib/model/observed-state.ts';
import type { ContainerRow, SwarmServiceRow, TaskQuery } from '../../../../src/lib/engine/engine.ts';
import type { PortHolder } from '../../../../src/lib/model/host-facts.ts';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import type { BalancerReport } from '../../../../src/lib/server/balancer/balancer-program.ts';
import type { Balanced, BalancedRoute } from '../../../../src/lib/server/balancer/balancing.ts';
import { balancerDocument } from '../../../../src/lib/server/balancer/haproxy-config.ts';
import { relaySpec, swarmBalancerSpec } from '../../../../src/lib/server/balancer/swarm-balancer-spec.ts';
import { SwarmBalancers, type SwarmBalancerEngine } from '../../../../src/lib/server/balancer/swarm-balancers.ts';
import { specHash } from '../../../../src/lib/plan/spec/spec-hash.ts';

const route: BalancedRoute = { service: 'web', hostPort: 80, containerPort: 9000, byName: true };
const { frame } = balancerDocument({ domain: 'paz', routes: [route], units: undefined });
const token = '0123abcd.secret';
const relay = relaySpec('default', 'n1', token);
const own = { [label.server]: 'default', [label.relayToken]: '0123abcd' };
const rowOf = (name: string, labels: Readonly<Record<string, string>>): SwarmServiceRow =>
  ({ id: `id-${name}`, name, labels, version: 1 }) as unknown as SwarmServiceRow;
const relayRow = rowOf('dockerops-relay', { ...own, [label.balancer]: 'relay', [label.specHash]: specHash(relay) });
const balancerRow = rowOf('dockerops-balancer-80', { ...own, [label.balancer]: '80' });
const node = (id: string, more: Partial<ObservedNode> = {}): ObservedNode =>
  ({ id, hostname: `host-${id}`, state: 'ready', availability: 'active', ...more }) as ObservedNode;
const report = (id: string, more: Partial<BalancerReport> = {}): BalancerReport => ({
  port: '80',
  node: id,
  frame,
  servers: [],
  ...more,
});

describe('balancers of a Swarm', () => {
  let rows: readonly SwarmServiceRow[];
  let strangers: readonly SwarmServiceRow[];
  let nodes: readonly ObservedNode[];
  let reports: readonly BalancerReport[];
  let tasks: readonly ObservedTask[];
  let containers: readonly Partial<ContainerRow>[];
  let processes: readonly PortHolder[];
  let done: string[];
  let published: string[];
  let balancers: SwarmBalancers;

  beforeEach(() => {
    [rows, strangers, reports, tasks] = [[relayRow, balancerRow], [], [report('n1')], []];
    nodes = [node('n1')];
    [containers, processes] = [[], []];
    [done, published] = [[], []];
    balancers = new SwarmBalancers({
      server: 'default',
      domain: 'paz',
      token: () => Promise.resolve(token),
      portHolders: () => Promise.resolve(processes),
      apply: (plan: Plan) => {
        done.push(...plan.operations.map(({ id }) => id));
        return Promise.resolve({ outcomes: new Map(), failures: [], interrupted: false, stale: undefined });
      },
    });
  });

  const engine = {
    listSwarmServices: (labels?: object) => Promise.resolve(labels === undefined ? [...rows, ...strangers] : rows),
    findSwarmService: (name: string) => Promise.resolve([...rows, ...strangers].find((row) => row.name === name)),
    listContainers: ({ labels }: { labels?: object }) => {
      if (labels === undefined) return Promise.resolve(containers);
      return Promise.resolve(rows.includes(relayRow) ? [{ id: 'relay', state: 'running' }] : []);
    },
    listNodes: () => Promise.resolve(nodes),
    listTasks: ({ services }: TaskQuery) =>
      Promise.resolve(tasks.filter(({ serviceId }) => services?.includes(serviceId) ?? true)),
    openExec: (_id: string, { command }: { command: readonly string[] }) => {
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      stdin.on('data', (chunk: Buffer) => published.push(chunk.toString()));
      stdout.end(JSON.stringify(command[1] === 'reports' ? { reports } : {}));
      stderr.end();
      return Promise.resolve({ stdin, stdout, stderr, exitCode: () => Promise.resolve(0) });
    },
  } as unknown as SwarmBalancerEngine;

  const balance = (...routes: readonly BalancedRoute[]): Promise<Balanced> =>
    balancers.balance(engine, { swarmNodeId: 'n1' } as EngineFacts, routes);
  const failure = async (): Promise<string> => balance(route).then(() => '', String);

  it('are a global service for each host port, with a relay on the node of the server', async () => {
    rows = [];
    expect(await failure()).to.contain('dockerops-relay does not run yet');
    expect(done).to.deep.equal(['create dockerops-relay', 'create dockerops-balancer-80']);
    expect(relay.placement).to.deep.include({ mode: { replicated: 1 }, constraints: ['node.id==n1'] });
    const { placement, ports, environment } = swarmBalancerSpec(80, 'default', token);
    expect(placement).to.deep.include({ mode: 'global', endpoint: 'dnsrr' });
    expect(ports).to.deep.equal([{ container: 8080, protocol: 'tcp', host: 80, publish: 'host' }]);
    expect(environment.find(({ name }) => name === 'DOCKEROPS_TOKEN')?.secret).to.equal(true);
  });

  it('have their configuration once each node that is ready says so', async () => {
    nodes = [node('n1'), node('n2'), node('n3', { state: 'down' }), node('n4', { availability: 'drain' })];
    reports = [report('n1'), report('n2', { frame: 'older' })];
    expect(await failure()).to.contain('no balancer yet that has port 80 on host-n2');
    reports = [report('n1'), report('n2')];
    expect((await balance(route)).refused.size).to.equal(0);
    expect(done).to.deep.equal([]);
    expect(published.join('')).to.contain(`"documents":{"80":{"frame":"${frame}"`);
  });

  it('are written to the relay only when something has changed', async () => {
    await balance(route);
    const before = published.length;
    await balance(route);
    expect(published).to.have.length(before);
  });

  describe('of a port that a node cannot have', () => {
    const error = 'driver failed programming external connectivity: port is already allocated';
    const taskOn = (nodeId: string, more: Partial<ObservedTask> = {}): ObservedTask => ({
      ...{ id: `task-${nodeId}`, serviceId: balancerRow.id, nodeId, state: 'rejected', desired: 'shutdown', error },
      ...{ message: '', since: '2026-01-01T00:00:00Z', ...more },
    });
    const reason = async (): Promise<string | undefined> => (await balance(route)).refused.get(80);

    beforeEach(() => {
      reports = [];
      tasks = [taskOn('n1')];
    });

    it('say why', async () => {
      expect(await reason()).to.equal(`port 80 cannot be had on host-n1: ${error}`);
    });

    it("name the container or the process of the server's node that has it", async () => {
      processes = [{ ip: '0.0.0.0', port: 80, protocol: 'tcp', holder: 'nginx (pid 7)' }];
      expect(await reason()).to.equal('port 80 cannot be had on host-n1: it is in use by nginx (pid 7)');
      const ports = [{ container: 80, protocol: 'tcp', host: 80, ip: '0.0.0.0' }] as const;
      containers = [{ id: 'c', name: 'old-web', labels: {}, state: 'running', ports, addresses: {}, image: 'x' }];
      const holder = 'container old-web (a container that dockerops did not make)';
      expect(await reason()).to.equal(`port 80 cannot be had on host-n1: it is in use by ${holder}`);
    });

    it('name the Swarm service that has it there', async () => {
      nodes = [node('n1'), node('n2')];
      reports = [report('n1')];
      tasks = [taskOn('n2'), taskOn('n2', { serviceId: 'id-shop', state: 'running', desired: 'running' })];
      const shop = rowOf('shop', {});
      strangers = [{ ...shop, published: [{ host: 80, mode: 'host' }] }];
      expect(await reason()).to.equal('port 80 cannot be had on host-n2: it is in use by Swarm service shop');
      tasks = [taskOn('n2'), taskOn('n1', { serviceId: 'id-shop', state: 'running', desired: 'running' })];
      expect(await reason()).not.to.contain('shop');
      strangers = [{ ...shop, published: [{ host: 80, mode: 'ingress' }] }];
      expect(await reason()).to.contain('in use by Swarm service shop');
    });

    it('say where to look on a node whose containers cannot be seen', async () => {
      nodes = [node('n1'), node('n2')];
      reports = [report('n1')];
      tasks = [taskOn('n2')];
      containers = [{ name: 'other' }];
      expect(await reason()).to.equal(
        `port 80 cannot be had on host-n2: ${error} (docker ps on host-n2 shows by what)`,
      );
      tasks = [taskOn('n2', { lacksImage: true, error: 'no such image' })];
      expect(await reason()).to.equal('port 80 cannot be had on host-n2: no such image');
    });
  });

  it('leave a service of their name alone that another has made', async () => {
    rows = [relayRow];
    strangers = [rowOf('dockerops-balancer-80', {})];
    expect((await balance(route)).refused.get(80)).to.contain('in use by a service that this server did not make');
  });

  it('go with the last route, and the relay follows the server to another node', async () => {
    await balance();
    expect(done).to.deep.equal(['remove dockerops-relay', 'remove dockerops-balancer-80']);
    done.length = 0;
    rows = [{ ...relayRow, labels: { ...relayRow.labels, [label.specHash]: 'of another node' } }, balancerRow];
    await failure();
    expect(done).to.deep.equal(['remove dockerops-relay']);
  });

  it('are replaced with the relay when the token is that of another store', async () => {
    const other = { [label.relayToken]: '89efabcd' };
    rows = [relayRow, balancerRow].map((row) => ({ ...row, labels: { ...row.labels, ...other } }));
    await failure();
    expect(done).to.deep.equal(['remove dockerops-relay', 'remove dockerops-balancer-80']);
    expect(
      [relay, swarmBalancerSpec(80, 'default', token)].map(({ labels }) => labels[label.relayToken]),
    ).to.deep.equal(['0123abcd', '0123abcd']);
  });
});
