import { expect } from 'chai';
import type { Deployment, Host, Unit } from '../../../src/page/state/documents.ts';
import { attention } from '../../../src/page/state/attention.ts';
import { configRows } from '../../../src/page/state/config-rows.ts';
import { overviewOf } from '../../../src/page/state/overview.ts';
import { emptyState, leavingMs, reduce, type Action, type PageState } from '../../../src/page/state/page-state.ts';

const host: Host = {
  ID: 'H1',
  PublicIP: '10.0.0.1',
  Version: '28.0',
  TotalResources: { Cores: 200, Memory: 4096 },
  Hostname: 'oak',
  State: 'ready',
  Used: null,
};

function unit(version: number, instance: number, more: Partial<Unit> = {}): Unit {
  const of = { service: 'web', version, instance, machineState: { ID: 'H1' }, since: 1000, Used: null };
  const state = { loadState: 'loaded', activeState: 'active', subState: 'running' };
  return { name: `web-${String(version)}-${String(instance)}`, ...of, ...state, ...more };
}

function deployment(version: number, state: Deployment['state'], more: Partial<Deployment> = {}): Deployment {
  const phases = [{ name: 'queued', at: 1000 } as const, { name: 'starting', at: 2000 } as const];
  return { id: `d${String(version)}`, service: 'web', version, state, phases, logs: [], ...more };
}

const after = (...actions: readonly Action[]): PageState => actions.reduce(reduce, emptyState);
const read = (units: readonly Unit[], more: object = {}, now = 1000): Action => ({
  kind: 'read',
  now,
  data: { services: [{ name: 'web', dockerRepository: 'shop/web', config: {} }], hosts: [host], units, ...more },
});
const event = (name: string, ...args: readonly unknown[]): Action => ({
  kind: 'event',
  now: 2000,
  event: { event: name, args },
});
const boxes = (state: PageState): readonly string[] =>
  overviewOf(state).rows.flatMap(({ cells }) =>
    cells.flat().map(({ unit: { name }, word, isLeaving }) => `${name} ${isLeaving ? 'gone' : word}`),
  );

describe('the state of the page', () => {
  it('keeps the box of a unit that has gone for five seconds, in its place', () => {
    const state = after(read([unit(1, 1), unit(1, 2)]), event('unit.remove', 'web-1-1'));
    expect(boxes(state)).to.deep.equal(['web-1-1 gone', 'web-1-2 running']);
    expect(boxes(reduce(state, { kind: 'tick', now: 2000 + leavingMs }))).to.deep.equal(['web-1-2 running']);
  });

  it('has one box for a unit that comes back under its name', () => {
    const state = after(read([unit(1, 1)]), event('unit.remove', 'web-1-1'), event('unit.add', unit(1, 1)));
    expect(boxes(state)).to.deep.equal(['web-1-1 running']);
  });

  it('sorts units by version and number, not by state or by when they came', () => {
    const failed = unit(1, 2, { subState: 'failed', activeState: 'failed' });
    const state = after(read([unit(2, 1), unit(1, 10), failed]), event('unit.add', unit(1, 1)));
    expect(boxes(state)).to.deep.equal(['web-1-1 running', 'web-1-2 failed', 'web-1-10 running', 'web-2-1 running']);
  });

  it('keeps hosts and units as they were while the engine is away', () => {
    const away: Action = { kind: 'read', now: 5000, data: { services: [] }, engineProblem: 'no engine' };
    const state = after(read([unit(1, 1)]), away);
    expect(state.engineProblem).to.equal('no engine');
    expect(state.data.units).to.have.length(1);
    expect(reduce(state, read([unit(1, 1)])).engineProblem).to.equal(undefined);
  });

  it('keeps all that it knows, with its date, when the server is lost', () => {
    const state = after(read([unit(1, 1)]), { kind: 'lost', nextTryAt: 9000 });
    expect(state).to.include({ isLive: false, heardAt: 1000, nextTryAt: 9000 });
    expect(boxes(state)).to.deep.equal(['web-1-1 running']);
  });

  it('has the state of a deployment as its latest event says', () => {
    const state = after(
      read([]),
      event('deployment', deployment(1, 'queued')),
      event('deployment', deployment(1, 'done')),
    );
    expect(state.data.deployments).to.deep.equal([deployment(1, 'done')]);
  });

  it('says unreachable, and neither well nor unwell, for a unit on a host that does not answer', () => {
    const state = after(read([unit(1, 1, { health: 'healthy' })], { hosts: [{ ...host, State: 'down' }] }));
    expect(boxes(state)).to.deep.equal(['web-1-1 unreachable']);
  });

  it('puts units that are on no host behind the hosts', () => {
    const state = after(read([unit(1, 1, { machineState: null, activeState: 'activating' })]));
    const { hasUnplaced, rows } = overviewOf(state);
    expect(hasUnplaced).to.equal(true);
    expect(rows[0]?.cells.map((cell) => cell.length)).to.deep.equal([0, 1]);
  });
});

describe('what needs attention', () => {
  const failed = deployment(2, 'failed', {
    error: 'web-2-1 ended with 3',
    phases: [...deployment(2, 'failed').phases, { name: 'failed', at: 3000 }],
  });

  it('has a failed deploy with the phase and the cause, until a later one is done', () => {
    const state = after(read([unit(1, 1)], { deployments: [failed] }));
    expect(attention(state, 4000).map(({ reason }) => reason)).to.deep.equal([
      'Deploy failed in starting: web-2-1 ended with 3. What ran before was not touched.',
    ]);
    expect(attention(reduce(state, event('deployment', deployment(3, 'done'))), 4000)).to.deep.equal([]);
  });

  it('begins with what has failed, and of equals with the oldest', () => {
    const units = [
      unit(1, 1, { health: 'unhealthy' }),
      unit(1, 2, { subState: 'failed', since: 900 }),
      unit(1, 3, { subState: 'failed', since: 800 }),
      unit(1, 4, { orphan: true }),
    ];
    const names = attention(after(read(units)), 4000).map(({ name }) => name);
    expect(names).to.deep.equal(['web-1-3', 'web-1-2', 'web-1-1', 'web-1-4']);
  });

  it('has a job that waits with its reason, and not one that failed hours ago', () => {
    const createdAt = new Date(1000).toISOString();
    const job = { image: 'x', command: 'x', status: 'pending', createdAt };
    const jobs = [
      { ...job, id: 'a', name: 'report', state: 'pending', error: 'no suitable node' },
      { ...job, id: 'b', name: 'old', state: 'failed', error: 'exit code 1' },
    ];
    const items = attention(after(read([], { jobs })), 10 * 3_600_000);
    expect(items.map(({ name, reason }) => [name, reason])).to.deep.equal([['report', 'No suitable node.']]);
  });
});

describe('a configuration beside the next one', () => {
  it('compares secrets and shows none', () => {
    const rows = configRows(
      { env: { DB_PASSWORD: 'one', LEVEL: 'info' } },
      { env: { DB_PASSWORD: 'two', LEVEL: 'info' } },
    );
    expect(rows).to.deep.equal([
      { field: 'env.DB_PASSWORD', last: '••••••', next: '••••••', isChanged: true },
      { field: 'env.LEVEL', last: 'info', next: 'info', isChanged: false },
    ]);
  });
});
