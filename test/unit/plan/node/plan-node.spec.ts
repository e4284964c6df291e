import { expect } from 'chai';
import fc from 'fast-check';
import type { ObservedContainer, ObservedState } from '../../../../src/lib/model/observed-state.ts';
import { planNode, planPulls, type NodePlan, type DesiredNode } from '../../../../src/lib/plan/node/plan-node.ts';
import { planToText } from '../../../../src/lib/plan/plan-text.ts';
import { registrationOf } from '../../../../src/lib/plan/node/registration.ts';
import type { Desired, InstanceSpec, Owner } from '../../../../src/lib/model/desired.ts';
import type { ObservedService, ServiceEntry } from '../../../../src/lib/model/service-entry.ts';
import { containerOf, facts, observed, spec } from '../../../support/specs.ts';

const node: Owner = { kind: 'node', name: 'n1' };

function desired(instances: readonly InstanceSpec[], complete = true): Desired {
  return { owner: node, keys: [], images: [], instances, complete };
}

function want(name: string, change: Partial<InstanceSpec> = {}): InstanceSpec {
  return spec(name, name, {
    key: name,
    container: name,
    image: `${name}:1`,
    network: { mode: 'bridge' },
    runtime: { restart: 'always' },
    ...change,
  });
}

function entry(wanted: InstanceSpec, change: Partial<ServiceEntry> = {}): ServiceEntry {
  return {
    id: `n1/${wanted.key}`,
    node: 'n1',
    prefix: '_wakeful',
    name: wanted.key,
    address: '192.0.2.7',
    ports: wanted.ports,
    tags: [],
    checks: [],
    ...change,
  };
}

function image(name: string): ObservedState['images'][number] {
  return { id: `sha256:${name}`, references: [`${name}:1`], labels: {}, created: 1 };
}

function running(wanted: InstanceSpec, change: Partial<ObservedContainer> = {}): ObservedContainer {
  return containerOf(wanted, change, node);
}

function plan(
  instances: readonly InstanceSpec[],
  state: Partial<ObservedState>,
  more: Partial<DesiredNode> = {},
): NodePlan {
  const images = ['web', 'db', 'redis'].map(image);
  return planNode(
    {
      desired: desired(instances),
      entries: instances.map((each) => entry(each)),
      registered: [],
      keep: new Set(),
      ...more,
    },
    observed({ images, ...state }),
    facts,
  );
}

function operations(found: NodePlan): readonly string[] {
  return planToText(found.plan)
    .split('\n')
    .filter((line) => /^\[\d/.test(line));
}

const web = want('web', { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
const db = want('db');

describe('the plan of a node', () => {
  it('creates and starts what is missing, then registers it; nobody waits for somebody else', () => {
    expect(operations(plan([web, db], {}))).to.deep.equal([
      '[1] lock (one command at a time for node n1)',
      '[2] -> [1] create web (no container)',
      '[3] -> [2] start web (no container)',
      '[4] -> [1] create db (no container)',
      '[5] -> [4] start db (no container)',
      '[6] -> [3] register web (its container starts)',
      '[7] -> [5] register db (its container starts)',
      '[8] -> [6, 7] unlock (one command at a time for node n1)',
    ]);
  });

  it('of what is as wanted is empty', () => {
    const container = running(web, { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    expect(
      operations(
        plan([web], { containers: [container] }, { registered: [registrationOf(entry(web), container.ports)] }),
      ),
    ).to.deep.equal([]);
  });

  it('takes an entry out before its container stops, and removes what nothing asks for', () => {
    const container = running(web, { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    expect(
      operations(plan([], { containers: [container] }, { registered: [registrationOf(entry(web), container.ports)] })),
    ).to.deep.equal([
      '[1] lock (one command at a time for node n1)',
      '[2] -> [1] deregister web (no longer defined)',
      '[3] -> [2] stop web (no longer defined)',
      '[4] -> [3] remove web (no longer defined)',
      '[5] -> [4] unlock (one command at a time for node n1)',
    ]);
  });

  it('replaces what changed, and its entry goes and comes with it', () => {
    const container = running(web, { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    const changed = want('web', { ports: [{ container: 80, protocol: 'tcp', host: 9090 }] });
    expect(
      operations(
        plan([changed], { containers: [container] }, { registered: [registrationOf(entry(web), container.ports)] }),
      ),
    ).to.deep.equal([
      '[1] lock (one command at a time for node n1)',
      '[2] -> [1] create web (ports.80/tcp changed)',
      '[3] -> [2] hold back web (ports.80/tcp changed)',
      '[4] -> [2] deregister web (ports.80/tcp changed)',
      '[5] -> [3, 4] stop web (ports.80/tcp changed)',
      '[6] -> [5] set aside web (ports.80/tcp changed)',
      '[7] -> [6] name web (ports.80/tcp changed)',
      '[8] -> [7] start web (ports.80/tcp changed)',
      '[9] -> [8] remove web (ports.80/tcp changed)',
      '[10] -> [8] register web (its container starts)',
      '[11] -> [9, 10] unlock (one command at a time for node n1)',
    ]);
  });

  it('leaves a container of somebody else alone; its service alone is refused', () => {
    const foreign = containerOf(spec('x', 'x', { container: 'web' }));
    const found = plan([web, db], { containers: [foreign] });
    expect(found.refused.get('web')).to.contain('the name web is in use by project demo');
    expect(operations(found).join()).to.contain('start db').and.not.to.match(/ web /);
  });

  it('leaves what an operator with another prefix or datacenter made, also when it is not desired', () => {
    const here = { ...node, prefix: '_wakeful', datacenter: 'dc1' };
    const entryOf = (meta: Readonly<Record<string, string>>): ObservedService => ({
      id: 'n1/web',
      name: 'web',
      tags: [],
      address: '',
      port: 1,
      meta: { 'dockerops-node': 'n1', ...meta },
    });
    const operations = (owner: Owner, meta: Readonly<Record<string, string>>): readonly string[] =>
      plan(
        [],
        { containers: [containerOf(web, {}, owner)] },
        { desired: { ...desired([]), owner: here }, registered: [entryOf(meta)] },
      ).plan.operations.flatMap(({ id }) => (id.endsWith('lock') ? [] : [id]));
    const removed = ['deregister web', 'stop web', 'remove web'];
    expect(operations(node, {}), 'made before labels had a prefix').to.deep.equal(removed);
    expect(operations(here, { 'dockerops-prefix': '_wakeful' })).to.deep.equal(removed);
    expect(operations({ ...here, prefix: 'trial' }, { 'dockerops-prefix': 'trial' })).to.deep.equal([]);
    expect(operations({ ...here, datacenter: 'dc2' }, { 'dockerops-prefix': 'trial' })).to.deep.equal([]);
  });

  it('a port that somebody else holds is refused to its service alone', () => {
    const other = containerOf(spec('x', 'x'), { ports: [{ container: 1, protocol: 'tcp', host: 8080 }] });
    const found = plan([web, db], { containers: [other] });
    expect(found.refused.get('web')).to.contain('port 8080/tcp of web is in use by container demo-x-x');
    expect(operations(found).join()).to.contain('start db');
  });

  it('of two services that want one port, one gets it', () => {
    const found = plan([web, want('db', { ports: web.ports })], {});
    expect([...found.refused.keys()]).to.deep.equal(['db']);
    expect(operations(found).join()).to.contain('start web');
  });

  it('who takes over a port starts when the other is gone', () => {
    const container = running(db, { ports: [{ container: 5, protocol: 'tcp', host: 8080 }] });
    const found = plan([web], { containers: [container] });
    expect(found.refused.size).to.equal(0);
    expect(found.plan.operations.find(({ id }) => id === 'start web')?.needs).to.include('stop db');
  });

  it('two services may change ports with each other', () => {
    const [one, two] = [
      { container: 1, protocol: 'tcp', host: 1001 },
      { container: 1, protocol: 'tcp', host: 1002 },
    ] as const;
    const containers = [
      running(want('web', { ports: [one] }), { ports: [one] }),
      running(want('db', { ports: [two] }), { ports: [two] }),
    ];
    const found = plan([want('web', { ports: [two] }), want('db', { ports: [one] })], { containers });
    expect(found.plan.operations.find(({ id }) => id === 'start web')?.needs).to.include('stop db');
    expect(found.plan.operations.find(({ id }) => id === 'start db')?.needs).to.include('stop web');
  });

  it('keeps what runs of a service of which nothing is known, and its entry', () => {
    expect(
      operations(
        plan(
          [],
          { containers: [running(web)] },
          { keep: new Set(['web']), registered: [registrationOf(entry(web), [])] },
        ),
      ),
    ).to.deep.equal([]);
  });

  it('removes nothing while it is not known what all is wanted', () => {
    const wish = { desired: desired([], false) };
    expect(operations(plan([], { containers: [running(web)] }, wish))).to.deep.equal([]);
  });

  it('touches no entry while the directory does not answer', () => {
    const found = planNode(
      { desired: desired([web]), entries: [entry(web)], keep: new Set() },
      observed({ images: [image('web')], containers: [running(want('db'))] }),
      facts,
    );
    expect(operations(found).join()).to.contain('start web').and.contain('remove db').and.not.contain('register');
  });

  it('takes out the entry of a container that died, and starts the container again as it is', () => {
    const container = running(db, { state: 'exited', exitCode: 137 });
    expect(
      operations(plan([db], { containers: [container] }, { registered: [registrationOf(entry(db), [])] })),
    ).to.deep.equal([
      '[1] lock (one command at a time for node n1)',
      '[2] -> [1] start db (exited with code 137)',
      '[3] -> [1] deregister db (its container is not running)',
      '[4] -> [3, 2] register db (its container starts)',
      '[5] -> [4] unlock (one command at a time for node n1)',
    ]);
  });

  it('makes a container anew that died and could not be started, or has another definition or image by now', () => {
    const container = running(db, { state: 'exited', exitCode: 137 });
    const created = (wanted: InstanceSpec, state: Partial<ObservedState>, more: Partial<DesiredNode> = {}): boolean =>
      plan([wanted], { containers: [container], ...state }, more).plan.operations.some(({ id }) => id === 'create db');
    expect(created(db, {})).to.equal(false);
    expect(created(db, { images: [] }), 'its image is gone').to.equal(false);
    expect(created(db, {}, { anew: new Set(['db']) })).to.equal(true);
    expect(created({ ...db, labels: { a: 'b' } }, {})).to.equal(true);
    expect(created(db, { images: [{ ...image('db'), id: 'sha256:newer' }] })).to.equal(true);
  });

  it('refuses to start again what needs a port that somebody has taken meanwhile, and waits for one that goes', () => {
    const container = running(web, { state: 'exited', exitCode: 137 });
    const port = { container: 80, protocol: 'tcp', host: 8080 } as const;
    const found = plan([web], { containers: [container, containerOf(spec('x', 'x'), { ports: [port] })] });
    expect([...found.refused.values()].join()).to.contain('port 8080/tcp of web is in use by container');
    const leaving = running(want('redis'), { ports: [port] });
    expect(operations(plan([web], { containers: [container, leaving] }, { entries: [] })).slice(1, -1)).to.deep.equal([
      '[2] -> [1] stop redis (no longer defined)',
      '[3] -> [2] start web (exited with code 137)',
      '[4] -> [2] remove redis (no longer defined)',
    ]);
  });

  it('leaves what somebody has paused until it is wanted otherwise, and lets nobody find it', () => {
    const container = running(db, { state: 'paused' });
    const found = plan([db], { containers: [container] }, { registered: [registrationOf(entry(db), [])] });
    expect(operations(found).filter((line) => !line.includes('lock '))).to.deep.equal([
      '[1] deregister db (its container is not running)',
    ]);
    expect(found.plan.verdicts).to.deep.include({
      key: 'db',
      container: 'db',
      verdict: 'keep',
      reason: 'it is paused',
      differences: [],
    });
    expect(operations(plan([{ ...db, labels: { a: 'b' } }], { containers: [container] })).join('\n')).to.contain(
      'start db',
    );
    const secret = want('db', { environment: [{ name: 'PASSWORD', value: ['new'], secret: true }] });
    const withOld = running(secret, { state: 'paused', secrets: { files: {}, variables: { PASSWORD: 'old' } } });
    expect(operations(plan([secret], { containers: [withOld] })).join('\n')).to.contain('start db');
  });

  it('lets rest what ended as its restart policy says', () => {
    const once = want('db', { runtime: { restart: 'on-failure' } });
    expect(operations(plan([once], { containers: [running(once, { state: 'exited', exitCode: 0 })] }))).to.deep.equal(
      [],
    );
    expect(
      operations(plan([once], { containers: [running(once, { state: 'exited', exitCode: 1 })] })),
    ).not.to.deep.equal([]);
  });

  it('finishes what was made and never started', () => {
    expect(operations(plan([db], { containers: [running(db, { state: 'created' })] })).join())
      .to.contain('remove db')
      .and.contain('start db (created but never started)');
  });

  it('touches only entries of its own', () => {
    const foreign: ObservedService = { id: 'n1/web', name: 'web', tags: [], address: '', port: 1, meta: {} };
    const other: ObservedService = { ...foreign, id: 'n2/db' };
    const found = plan([web], { containers: [running(web)] }, { registered: [foreign, other] });
    expect(operations(found)).to.deep.equal([]);
    expect(found.refused.get('web')).to.equal('n1/web is registered in Consul by something else');
  });

  it('registers the port that the container really has, and without the lock of the engine', () => {
    const open = want('web', { ports: [{ container: 80, protocol: 'tcp' }] });
    const container = running(open, { ports: [{ container: 80, protocol: 'tcp', host: 32_768 }] });
    const registered = [registrationOf(entry(open), [{ container: 80, protocol: 'tcp', host: 32_700 }])];
    expect(operations(plan([open], { containers: [container] }, { registered }))).to.deep.equal([
      '[1] register web (its registration differs)',
    ]);
  });

  it('fetches images by themselves', () => {
    const images = ['web:1', 'gone:2'].map(
      (reference) => ({ reference, service: reference, source: { kind: 'registry' }, parents: [] }) as const,
    );
    expect(planToText(planPulls(node, images, observed({ images: [image('web')] })))).to.equal(
      'pull gone:2: no image\n[1] pull gone:2 (no image)',
    );
  });

  it('whatever runs and is wanted, the same is planned twice, and a container of others never touched', () => {
    const name = fc.constantFrom('web', 'db', 'redis', 'aa', 'bb');
    const state = fc.constantFrom('running', 'exited', 'created', 'restarting', 'paused' as const);
    const wants = fc.uniqueArray(
      fc.record({ name, host: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) }),
      { selector: (each) => each.name },
    );
    const haves = fc.uniqueArray(fc.record({ name, state, foreign: fc.boolean() }), { selector: (each) => each.name });
    fc.assert(
      fc.property(wants, haves, (wanted, had) => {
        const specs = wanted.map(({ name: key, host }) =>
          want(key, { ports: host === undefined ? [] : [{ container: 80, protocol: 'tcp', host }] }),
        );
        const containers = had.map((each) =>
          each.foreign
            ? containerOf(spec('x', each.name, { container: each.name }))
            : running(want(each.name), { state: each.state }),
        );
        const all = ['web', 'db', 'redis', 'aa', 'bb'].map(image);
        const found = plan(specs, { containers, images: all });
        expect(planToText(plan(specs, { containers, images: all }).plan)).to.equal(planToText(found.plan));
        const foreign = new Set<string>(had.filter((each) => each.foreign).map((each) => each.name));
        for (const operation of found.plan.operations)
          expect(foreign.has(operation.subject) && operation.subject !== 'n1', operation.id).to.equal(false);
        for (const each of had.filter(
          ({ name: one, foreign: isForeign }) => !isForeign && !wanted.some((other) => other.name === one),
        ))
          expect(found.plan.operations.map(({ id }) => id)).to.include(`remove ${each.name}`);
        expect(found.plan.blockers).to.deep.equal([]);
      }),
    );
  });
});

describe('the plan of a node with 500 services', () => {
  const wanted = Array.from({ length: 500 }, (_, index) =>
    want(`s${String(index)}`, { ports: [{ container: 80, protocol: 'tcp', host: 10_000 + index }] }),
  );
  const images = wanted.map(({ key }) => image(key));
  const containers = wanted.map((each) => running(each, { ports: each.ports }));
  const registered = wanted.map((each) => registrationOf(entry(each), each.ports));

  it('has each of them when none is there', () => {
    const kinds = plan(wanted, { images }).plan.operations.map(({ kind }) => kind);
    for (const kind of ['create-container', 'start-container', 'register-service'])
      expect(
        kinds.filter((each) => each === kind),
        kind,
      ).to.have.length(500);
  });

  it('has only the one that changed when all are there', () => {
    const changed = wanted.map((each) => (each.key === 's250' ? { ...each, command: ['other'] } : each));
    const subjects = new Set(
      plan(changed, { images, containers }, { registered }).plan.operations.map(({ subject }) => subject),
    );
    expect([...subjects].sort()).to.deep.equal(['n1', 's250']);
  });
});

describe('an entry of the directory', () => {
  it('has the first tcp port, else the first udp one; all are in its meta', () => {
    const ports = [
      { container: 53, protocol: 'udp', host: 1053 },
      { container: 80, protocol: 'tcp', host: 8080 },
    ] as const;
    const { port, meta } = registrationOf(entry(want('web', { ports })), []);
    expect(port).to.equal(8080);
    expect(meta).to.include({
      'port-53-udp': '1053',
      'port-80-tcp': '8080',
      'dockerops-node': 'n1',
      'dockerops-prefix': '_wakeful',
    });
    expect(registrationOf(entry(want('web', { ports: ports.slice(0, 1) })), []).port).to.equal(1053);
  });

  it('has all ports of the host of one port of the container', () => {
    const ports = [8080, 8081].map((host) => ({ container: 80, protocol: 'tcp' as const, host }));
    expect(registrationOf(entry(want('web', { ports })), []).meta).to.include({ 'port-80-tcp': '8080,8081' });
  });

  it('is registered again when one of its checks is missing', () => {
    const checked = entry(db, { checks: [{ kind: 'ttl', ttlSeconds: 20 }] });
    const made = registrationOf(checked, []);
    const registers = (checkIds: readonly string[]): boolean =>
      plan(
        [db],
        { containers: [running(db)] },
        { entries: [checked], registered: [{ ...made, checkIds }] },
      ).plan.operations.some(({ kind }) => kind === 'register-service');
    expect([registers(['n1/db:1', 'maintenance']), registers([])]).to.deep.equal([false, true]);
  });

  it('asks checks at the port of the host, and leaves out those that have nobody to ask', () => {
    const checks = [
      { kind: 'http', target: '/health', intervalSeconds: 10, timeoutSeconds: 5 },
      { kind: 'tcp', target: '80', intervalSeconds: 10, timeoutSeconds: 5 },
      { kind: 'tcp', target: '81', intervalSeconds: 10, timeoutSeconds: 5 },
      { kind: 'script', command: ['true'], intervalSeconds: 10, timeoutSeconds: 5 },
      { kind: 'ttl', ttlSeconds: 20 },
    ] as const;
    const found = registrationOf(entry(web, { checks }), []);
    expect(found.checks.map(({ id, ask }) => [id, ask])).to.deep.equal([
      ['n1/web:1', { http: 'http://192.0.2.7:8080/health' }],
      ['n1/web:2', { tcp: '192.0.2.7:8080' }],
      ['n1/web:4', { ttlSeconds: 35 }],
      ['n1/web:5', { ttlSeconds: 20 }],
    ]);
  });

  it('asks an address of IPv6 in brackets', () => {
    const checks = [
      { kind: 'http', target: '/health', intervalSeconds: 10, timeoutSeconds: 5 },
      { kind: 'tcp', target: '80', intervalSeconds: 10, timeoutSeconds: 5 },
    ] as const;
    const registration = registrationOf({ ...entry(web), address: '2001:db8::7', checks }, []);
    expect(registration.checks.map(({ ask }) => ask)).to.deep.equal([
      { http: 'http://[2001:db8::7]:8080/health' },
      { tcp: '[2001:db8::7]:8080' },
    ]);
  });
});
