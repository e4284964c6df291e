import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { label } from '../../../../src/lib/labels.ts';
import type { EngineFacts, ObservedNode, ObservedTask } from '../../../../src/lib/model/observed-state.ts';
import type { SwarmServiceRow } from '../../../../src/lib/engine/engine.ts';
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
  let done: string[];
  let published: string[];
  let balancers: SwarmBalancers;

  beforeEach(() => {
    [rows, strangers, reports, tasks] = [[relayRow, balancerRow], [], [report('n1')], []];
    nodes = [node('n1')];
    [done, published] = [[], []];
    balancers = new SwarmBalancers({
      server: 'default',
      domain: 'paz',
      token: () => Promise.resolve(token),
      apply: (plan: Plan) => {
        done.push(...plan.operations.map(({ id }) => id));
        return Promise.resolve({ outcomes: new Map(), failures: [], interrupted: false, stale: undefined });
      },
    });
  });

  const engine = {
    listSwarmServices: () => Promise.resolve(rows),
    findSwarmService: (name: string) => Promise.resolve([...rows, ...strangers].find((row) => row.name === name)),
    listContainers: () => Promise.resolve(rows.includes(relayRow) ? [{ id: 'relay', state: 'running' }] : []),
    listNodes: () => Promise.resolve(nodes),
    listTasks: () => Promise.resolve(tasks),
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

  it('say why a node cannot have a port', async () => {
    reports = [];
    const error = 'driver failed programming external connectivity: port is already allocated';
    const task = { id: 't', serviceId: balancerRow.id, nodeId: 'n1', state: 'rejected', desired: 'shutdown', error };
    tasks = [{ ...task, message: '', since: '2026-01-01T00:00:00Z' } as ObservedTask];
    expect((await balance(route)).refused.get(80)).to.equal(`port 80 cannot be had on host-n1: ${error}`);
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
