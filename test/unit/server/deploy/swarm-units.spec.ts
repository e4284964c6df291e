import { expect } from 'chai';
import type { SwarmServiceRow } from '../../../../src/lib/engine/engine.ts';
import type { ObservedNode, ObservedTask, TaskState } from '../../../../src/lib/model/observed-state.ts';
import { leavingServices, swarmUnits } from '../../../../src/lib/server/deploy/swarm-units.ts';

const row: SwarmServiceRow = {
  id: 's1',
  name: 'web-2',
  version: 1,
  mode: { replicated: 1 },
  replicas: 1,
  running: 1,
  image: 'demo/web',
  created: '2026-01-01T00:00:00Z',
  labels: { 'dockerops.service': 'web', 'dockerops.version': '2' },
};
const task = (id: string, state: TaskState, change: Partial<ObservedTask> = {}): ObservedTask => ({
  id,
  serviceId: 's1',
  slot: 1,
  nodeId: 'n1',
  containerId: `c-${id}`,
  state,
  desired: 'running',
  message: 'started',
  since: '2026-01-01T00:00:00Z',
  ...change,
});
const node = (id: string, state: ObservedNode['state'] = 'ready'): ObservedNode => ({
  id,
  hostname: id,
  address: '',
  role: 'worker',
  availability: 'active',
  state,
  cpus: 1,
  memoryBytes: 1,
  engineVersion: '',
  labels: {},
});

describe('units of a Swarm', () => {
  it('are the tasks that run or will run, not those that they have replaced', () => {
    const failed = task('old', 'failed', { desired: 'shutdown', error: 'task: non-zero exit (1)', exitCode: 1 });
    const next = task('new', 'starting', { since: '2026-01-01T00:00:05Z' });
    const { units, ended } = swarmUnits([row], [failed, next], new Set());
    expect(units.map(({ name, id, state }) => `${name} ${id} ${state}`)).to.deep.equal(['web-2-1 new starting']);
    expect(ended.map(({ id, error, exitCode }) => [id, error, exitCode])).to.deep.equal([
      ['old', 'task: non-zero exit (1)', 1],
    ]);
  });

  it('are ready when they have run for long enough and are to run on', () => {
    const isReady = (one: ObservedTask, steady: readonly string[]): boolean | undefined =>
      swarmUnits([row], [one], new Set(steady)).units[0]?.isReady;
    expect(isReady(task('a', 'running'), [])).to.equal(false);
    expect(isReady(task('a', 'running'), ['a'])).to.equal(true);
    expect(isReady(task('a', 'running', { desired: 'shutdown' }), ['a'])).to.equal(false);
  });

  it('leave with a service that was removed until they have stopped, or their node is away', () => {
    const nodes = [node('n1'), node('n2', 'down')];
    const leaving = (...tasks: readonly ObservedTask[]) => leavingServices([row], tasks, nodes);
    expect(leaving(task('a', 'running'), task('b', 'running', { serviceId: 'gone' }))).to.deep.equal(['gone']);
    expect(leaving(task('b', 'shutdown', { serviceId: 'gone' }))).to.deep.equal([]);
    expect(leaving(task('b', 'running', { serviceId: 'gone', nodeId: 'n2' }))).to.deep.equal([]);
  });
});
