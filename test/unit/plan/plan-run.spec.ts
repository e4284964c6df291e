import { expect } from 'chai';
import { parseSpecLabel } from '../../../src/lib/model/labelled-spec.ts';
import type { Operation } from '../../../src/lib/plan/operation.ts';
import { isEmpty } from '../../../src/lib/plan/builder.ts';
import type { Health, ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import type { RunOptions } from '../../../src/lib/plan/context.ts';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import type { InstanceSpec, Owner } from '../../../src/lib/model/desired.ts';
import { planRun } from '../../support/plans.ts';
import {
  containerOf,
  demoNetwork,
  desired,
  facts,
  imageOf,
  observed,
  project,
  runOptions,
  spec,
} from '../../support/specs.ts';

const network = { mode: 'network', network: 'dockerops-demo', reservedAddress: false, aliases: [], links: [] } as const;

function dns(): InstanceSpec {
  return spec('dockerops-dns', 'one', {
    network: { ...network, reservedAddress: true },
    image: 'dockerops/dockerops-dns:latest',
  });
}

function client(instance: string, change: Partial<InstanceSpec> = {}): InstanceSpec {
  return spec('demo', instance, {
    lease: 'client',
    after: ['dockerops-dns-one'],
    network: { ...network, resolver: { server: [{ addressOf: 'demo-dockerops-dns-one' }], search: 'local.zone' } },
    files: [
      {
        path: '/etc/ssh/ssh_host_ed25519_key',
        content: [{ privateKey: `host:demo-${instance}` }],
        mode: 0o600,
        uid: 0,
        gid: 0,
      },
    ],
    ...change,
  });
}

describe('planning a run', () => {
  it('of a project from nothing makes the network, then each instance when what it needs is ready', () => {
    const two = client('two', {
      environment: [{ name: 'PEER_SERVICE_IP', value: [{ addressOf: 'demo-demo-one' }], secret: false }],
    });
    const keys = ['one', 'two'].map(
      (instance) => ({ name: `host:demo-${instance}`, kind: 'ssh', keep: 'instance', exists: false }) as const,
    );
    const plan = planRun(
      desired([dns(), client('one'), two], { keys }),
      observed({ images: [imageOf('demo'), imageOf('dockerops-dns')] }),
      facts,
      runOptions,
    );
    expect(planToText(plan)).to.equal(
      [
        'create dockerops-dns-one: no container',
        'create demo-one: no container',
        'create demo-two: no container',
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] network dockerops-demo (no network)',
        '[3] -> [2] create dockerops-dns-one (no container)',
        '[4] -> [3] start dockerops-dns-one (no container)',
        '[5] -> [4] ready dockerops-dns-one (no container)',
        '[6] -> [1] key host:demo-one (no key)',
        '[7] -> [6] create demo-one (no container)',
        '[8] -> [7] files demo-one (no container)',
        '[9] -> [8, 5, 2] start demo-one (no container)',
        '[10] -> [9] ready demo-one (no container)',
        '[11] -> [1] key host:demo-two (no key)',
        '[12] -> [11, 9] create demo-two (no container)',
        '[13] -> [12] files demo-two (no container)',
        '[14] -> [13, 5, 2] start demo-two (no container)',
        '[15] -> [14] ready demo-two (no container)',
        '[16] -> [10, 15] names (waiting for DNS names)',
        '[17] -> [5, 10, 15, 16] unlock (one command at a time for project demo)',
        '[18] -> [5, 10, 15, 16, 17] check (checking that all still run)',
      ].join('\n'),
    );
  });

  it('makes the key that certifies before the keys that it certifies, unless it is there', () => {
    const keys = (exists: boolean) => [
      { name: 'host-ca', kind: 'ssh', keep: 'project', exists } as const,
      ...['one', 'two'].map(
        (instance) =>
          ({
            name: `host:demo-${instance}`,
            kind: 'ssh',
            keep: 'instance',
            exists: false,
            certify: { by: 'host-ca', principals: [`demo-${instance}`] },
          }) as const,
      ),
    ];
    const certificate = (instance: string): InstanceSpec =>
      spec('demo', instance, {
        files: [{ path: '/cert', content: [{ certificate: `host:demo-${instance}` }], mode: 0o644, uid: 0, gid: 0 }],
      });
    const keyLines = (exists: boolean): readonly string[] =>
      planToText(
        planRun(
          desired([certificate('one'), certificate('two')], { keys: keys(exists) }),
          observed({ images: [imageOf('demo')] }),
          facts,
          runOptions,
        ),
      )
        .split('\n')
        .filter((line) => / key /.test(line));
    expect(keyLines(false)).to.deep.equal([
      '[3] -> [1] key host-ca (no key)',
      '[4] -> [3] key host:demo-one (no key)',
      '[9] -> [3] key host:demo-two (no key)',
    ]);
    expect(keyLines(true)).to.deep.equal([
      '[3] -> [1] key host:demo-one (no key)',
      '[8] -> [1] key host:demo-two (no key)',
    ]);
  });

  it("of an operator's keys replaces a changed definition and leaves the containers of others alone", () => {
    const node: Owner = { kind: 'node', name: 'web-1' };
    const redis = spec('redis', 'redis', {
      key: 'redis',
      container: 'redis',
      image: 'redis:7',
      network: { mode: 'bridge' },
      runtime: { restart: 'always' },
    });
    const before = { ...redis, ports: [{ container: 6379, protocol: 'tcp', host: 6379 }] } as const;
    const foreign = containerOf(spec('x', 'x', { container: 'statsite' }));
    const statsite = spec('statsite', 'statsite', {
      key: 'statsite',
      container: 'statsite',
      network: { mode: 'bridge' },
    });
    const state = observed({
      containers: [containerOf(before, {}, node), foreign],
      images: [{ ...imageOf('redis'), references: ['redis:7'] }],
    });
    const plan = planRun(
      { owner: node, keys: [], images: [], instances: [redis, statsite], complete: true },
      state,
      facts,
      { ...runOptions, replace: 'changed', wait: false },
    );
    expect(planToText(plan)).to.equal(
      [
        'replace redis: ports.6379/tcp changed',
        'conflict statsite: the name statsite is in use by project demo in /home/ann/demo (id-x-x)',
        '! statsite: the name statsite is in use by project demo in /home/ann/demo (id-x-x)',
        '[1] lock (one command at a time for node web-1)',
        '[2] -> [1] create redis (ports.6379/tcp changed)',
        '[3] -> [2] hold back redis (ports.6379/tcp changed)',
        '[4] -> [3] stop redis (ports.6379/tcp changed)',
        '[5] -> [4] set aside redis (ports.6379/tcp changed)',
        '[6] -> [5] name redis (ports.6379/tcp changed)',
        '[7] -> [6] start redis (ports.6379/tcp changed)',
        '[8] -> [7] remove redis (ports.6379/tcp changed)',
        '[9] -> [8] unlock (one command at a time for node web-1)',
      ].join('\n'),
    );
  });

  it('of a Swarm service updates it in place, and refuses on an engine without a Swarm', () => {
    const server: Owner = { kind: 'server', name: 's1' };
    const api = spec('api', 'v2', {
      container: 'api',
      placement: { kind: 'swarm', mode: { replicated: 3 }, constraints: [], endpoint: 'vip' },
      network: { mode: 'bridge' },
    });
    const previous = containerOf(
      { ...api, placement: { kind: 'swarm', mode: { replicated: 2 }, constraints: [], endpoint: 'vip' } },
      {},
      server,
    ).ownership;
    const wanted = { owner: server, keys: [], images: [], instances: [api], complete: true };
    const swarmServices = [
      {
        id: 'S',
        name: 'api',
        version: 7,
        mode: { replicated: 2 },
        replicas: 2,
        running: 2,
        created: '2026-01-31T14:00:00Z',
        labels: {},
        image: 'demo/api',
        ...(previous === undefined ? {} : { ownership: previous }),
      },
    ];
    const engine = { ...observed().engine, swarm: 'manager' } as const;
    expect(planToText(planRun(wanted, observed({ engine, swarmServices }), facts, runOptions))).to.equal(
      [
        'replace api-v2: placement.mode.replicated changed',
        '[1] lock (one command at a time for server s1)',
        '[2] -> [1] update api-v2 (placement.mode.replicated changed)',
        '[3] -> [2] unlock (one command at a time for server s1)',
      ].join('\n'),
    );
    expect(planRun(wanted, observed(), facts, runOptions).blockers.map(({ message }) => message)).to.deep.equal([
      'api-v2 is to run on a Swarm, and this engine is not a manager of one',
    ]);
  });

  it('an unchanged run is a no-op without a lock', () => {
    const instances = [spec('demo', 'one'), spec('demo', 'two')];
    const plan = planRun(
      desired(instances),
      observed({
        containers: instances.map((one) => containerOf(one)),
        networks: [demoNetwork],
        images: [imageOf('demo')],
      }),
      facts,
      runOptions,
    );
    expect(plan.operations).to.deep.equal([]);
    expect(plan.verdicts.map(({ verdict }) => verdict)).to.deep.equal(['keep', 'keep']);
  });

  it('goes by what needs what, whatever the order of run.conf', () => {
    const web = spec('web', 'one', {
      after: ['db-one'],
      environment: [{ name: 'DB_SERVICE_IP', value: [{ addressOf: 'demo-db-one' }], secret: false }],
    });
    const plan = planRun(
      desired([web, spec('db', 'one')]),
      observed({ images: [imageOf('web'), imageOf('db')] }),
      facts,
      runOptions,
    );
    expect(plan.operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'network dockerops-demo',
      'create db-one',
      'start db-one',
      'create web-one',
      'ready db-one',
      'start web-one',
      'ready web-one',
      'unlock',
      'check',
    ]);
  });

  it('is the same for the same input, byte for byte', () => {
    const input = [
      desired([dns(), client('one')]),
      observed({ images: [imageOf('demo')] }),
      facts,
      runOptions,
    ] as const;
    expect(JSON.stringify(planRun(...input))).to.equal(JSON.stringify(planRun(...input)));
  });

  it('names the field that differs and where its value comes from, and changes nothing unless asked to', () => {
    const before = spec('demo', 'one', { environment: [{ name: 'DB_HOST', value: ['a'], secret: false }] });
    const after = spec('demo', 'one', {
      environment: [{ name: 'DB_HOST', value: ['b'], secret: false }],
      origins: { 'environment.DB_HOST': { source: 'run.conf', where: 'run.conf:12:7' } },
    });
    const state = observed({ containers: [containerOf(before)], networks: [demoNetwork], images: [imageOf('demo')] });
    const plan = planRun(desired([after]), state, facts, runOptions);
    expect(plan.operations).to.deep.equal([]);
    expect(plan.verdicts[0]).to.deep.include({
      verdict: 'differs',
      differences: [{ field: 'environment.DB_HOST', from: 'a', to: 'b', origin: 'run.conf:12:7' }],
    });
    expect(
      planRun(desired([after]), state, facts, { ...runOptions, replace: 'changed' }).operations.map(({ id }) => id),
    ).to.deep.equal([
      'lock',
      'create demo-one',
      'hold back demo-one',
      'stop demo-one',
      'set aside demo-one',
      'name demo-one',
      'start demo-one',
      'ready demo-one',
      'remove demo-one',
      'unlock',
      'check',
    ]);
  });

  it('keeps secret values out of labels, hashes and differences', () => {
    const secret = (value: string): InstanceSpec =>
      spec('demo', 'one', { environment: [{ name: 'DB_PASSWORD', value: [value], secret: true }] });
    const container = containerOf(secret('hunter2'));
    expect(JSON.stringify(container.labels)).not.to.contain('hunter2');
    const plan = planRun(
      desired([secret('other')]),
      observed({ containers: [container], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    expect(plan.verdicts[0]?.verdict).to.equal('keep');
  });

  it('does not replace a container only because it was made under other hashing rules', () => {
    const one = spec('demo', 'one');
    const container = containerOf(one);
    const older = {
      ...container,
      ownership: {
        ...container.ownership!,
        specVersion: '0',
        specHash: 'x',
        spec: parseSpecLabel(JSON.stringify({ hostname: 'demo-one', gone: 1 })),
      },
    };
    const plan = planRun(
      desired([one]),
      observed({ containers: [older], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      { ...runOptions, replace: 'changed' },
    );
    expect(plan.verdicts[0]?.verdict).to.equal('keep');
  });

  it('makes anew what was created but never started, and finishes what was not ready', () => {
    const made = containerOf(spec('demo', 'one'), { state: 'created', addresses: {} });
    const starting = containerOf(spec('demo', 'two'), { health: 'starting' });
    const plan = planRun(
      desired([spec('demo', 'one'), spec('demo', 'two')]),
      observed({ containers: [made, starting], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    expect(plan.operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'remove demo-one',
      'create demo-one',
      'start demo-one',
      'ready demo-one',
      'ready demo-two',
      'unlock',
      'check',
    ]);
    expect(
      plan.operations.flatMap((operation) =>
        operation.kind === 'wait-ready' ? [[operation.subject, operation.wasRunning]] : [],
      ),
    ).to.deep.equal([
      ['demo-one', false],
      ['demo-two', true],
    ]);
  });

  it('holds the leases of images without the client again when the dns is made anew', () => {
    const postgres = spec('postgres', 'one', { lease: 'dockerops', after: ['dockerops-dns-one'] });
    const state = observed({
      containers: [containerOf(postgres)],
      networks: [demoNetwork],
      images: [imageOf('postgres'), imageOf('dockerops-dns')],
    });
    const plan = planRun(desired([dns(), postgres]), state, facts, runOptions);
    expect(plan.operations.find(({ kind }) => kind === 'hold-names')).to.deep.include({
      id: 'hold postgres-one',
      needs: ['ready dockerops-dns-one'],
      dns: 'demo-dockerops-dns-one',
    });
  });

  it('starts in the given order, with the sleep of one before the next, but dependencies go first', () => {
    const wanted = [
      spec('web', 'one', { after: ['db-one'] }),
      spec('db', 'one', { sleepSeconds: 3 }),
      spec('web', 'two'),
      spec('web', 'runs'),
      spec('web', 'three'),
    ];
    const state = observed({
      containers: [containerOf({ ...spec('web', 'runs'), hostname: 'other' })],
      images: [imageOf('web'), imageOf('db')],
    });
    const plan = planRun(desired(wanted), state, facts, { ...runOptions, replace: 'changed', inOrder: true });
    const follows = plan.operations.flatMap(({ id, follows: former }) => (former === undefined ? [] : [[id, former]]));
    expect(follows).to.deep.equal([
      ['start web-one', ['sleep db-one']],
      ['start web-two', ['start web-one']],
      ['start web-three', ['start web-two']],
    ]);
    expect(planToText(plan)).to.match(/^\[\d+\].* start web-two \(no container\), follows \[\d+\]$/m);
  });

  it('starts instances that take a name from each other after the one before, registered or not', () => {
    const taker = (instance: string, change: Partial<InstanceSpec> = {}): InstanceSpec =>
      client(instance, {
        environment: [{ name: 'DNS_UPDATE_POLICY', value: ['replace'], secret: false }],
        ...change,
      });
    const runs = taker('three');
    const state = observed({
      containers: [containerOf(dns()), containerOf({ ...runs, hostname: 'other' })],
      images: [imageOf('demo'), imageOf('dockerops-dns')],
    });
    const plan = (wait: boolean): Plan =>
      planRun(
        desired([taker('one'), client('shares'), taker('two', { lease: 'dockerops' }), runs, taker('last')]),
        state,
        facts,
        { ...runOptions, replace: 'changed', inOrder: true, wait },
      );
    const waits = plan(true).operations.flatMap((operation) =>
      operation.kind === 'await-names' ? [[operation.id, operation.needs[0]]] : [],
    );
    expect(waits).to.deep.include.members([
      ['names demo-one', 'start demo-one'],
      ['names demo-two', 'hold demo-two'],
      ['names demo-three', 'start demo-three'],
    ]);
    expect(waits.map(([id]) => id)).not.to.include('names demo-last');
    const afterNames = plan(true).operations.flatMap(({ id, follows = [] }) =>
      follows.filter((followed) => followed.startsWith('names')).map((followed) => [id, followed]),
    );
    expect(afterNames).to.have.deep.members([
      ['start demo-two', 'names demo-one'],
      ['hold back demo-three', 'names demo-two'],
      ['start demo-last', 'names demo-three'],
    ]);
    expect(plan(false).operations.filter(({ kind }) => kind === 'await-names')).to.deep.equal([]);
  });

  it('replaces the instances of a service one after the other, those that others link to first', () => {
    const two = client('two', { after: ['dockerops-dns-one'] });
    const one = client('one', { after: ['dockerops-dns-one', 'demo-two'] });
    const stopped = client('three');
    const there = [dns(), one, two].map((each) => containerOf(each));
    const state = observed({
      containers: [...there, containerOf(stopped, { state: 'exited' })],
      networks: [demoNetwork],
      images: [imageOf('demo'), imageOf('dockerops-dns')],
    });
    const waits = (wanted: readonly InstanceSpec[], oneByOne: NonNullable<RunOptions['oneByOne']>): readonly string[] =>
      planRun(desired(wanted), state, facts, { ...runOptions, replace: 'always', oneByOne })
        .operations.filter(({ id }) => /^(withdraw demo|hold back demo|start demo-three)/.test(id))
        .map(({ id, needs }) => `${id}: ${needs.filter((need) => need.startsWith('ready demo')).join(' ')}`);
    expect(waits([one, two, stopped], 'all')).to.deep.equal([
      'withdraw demo-two: ',
      'hold back demo-two: ',
      'withdraw demo-one: ready demo-two',
      'hold back demo-one: ready demo-two',
      'start demo-three: ready demo-one',
    ]);
    expect(waits([two, client('one')], ['web'])).to.deep.equal([
      'withdraw demo-two: ',
      'hold back demo-two: ',
      'withdraw demo-one: ',
      'hold back demo-one: ',
    ]);
    expect(waits([two, client('one')], ['demo'])[3], 'of these services').to.equal(
      'hold back demo-one: ready demo-two',
    );
    expect(waits([dns(), two, stopped], 'all'), 'with the DNS, which stops after all withdrawals').to.deep.equal([
      'withdraw demo-two: ',
      'hold back demo-two: ',
      'start demo-three: ready demo-two',
    ]);
  });

  it('drains replaced instances that share a name: withdraw, wait until cached answers have expired, stop', () => {
    const removal = (
      change: Partial<InstanceSpec>,
      replace: 'always' | 'changed',
      differs = false,
    ): readonly string[] => {
      const wanted = client('one', change);
      const before = differs ? { ...wanted, hostname: 'other' } : wanted;
      const state = observed({
        containers: [containerOf(dns()), containerOf(before)],
        networks: [demoNetwork],
        images: [imageOf('demo')],
      });
      const { operations } = planRun(desired([wanted]), state, facts, { ...runOptions, replace });
      return operations
        .filter(({ id }) => /^(withdraw|drain|hold back|remove) /.test(id))
        .map(({ id, needs, cause }) => `${needs.join(' ')} -> ${id}: ${cause}`);
    };
    const drained = removal({}, 'always');
    expect(drained).to.deep.equal([
      'files demo-one -> withdraw demo-one: requested',
      'withdraw demo-one -> drain demo-one: clients may use its address until their DNS answers expire',
      'files demo-one drain demo-one -> hold back demo-one: requested',
      'ready demo-one -> remove demo-one: requested',
    ]);
    const itself = planRun(
      desired([dns()]),
      observed({
        containers: [containerOf(dns()), containerOf(client('one'))],
        networks: [demoNetwork],
        images: [imageOf('dockerops-dns')],
      }),
      facts,
      { ...runOptions, replace: 'always' },
    );
    expect(
      itself.operations.map(({ kind }) => kind),
      'the dns is not found by a lease',
    )
      .not.to.include('withdraw-names')
      .and.not.include('wait-seconds');
    const undrained = [
      'files demo-one -> withdraw demo-one',
      'files demo-one withdraw demo-one -> hold back demo-one',
      'ready demo-one -> remove demo-one',
    ];
    const withoutCause = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/: .*/, ''));
    const policy = (value: string): Partial<InstanceSpec> => ({
      environment: [{ name: 'DNS_UPDATE_POLICY', value: [value], secret: false }],
    });
    expect(withoutCause(removal(policy('REPLACE'), 'always'))).to.deep.equal(undrained);
    expect(withoutCause(removal(policy('HIDE'), 'always'))).to.deep.equal(undrained);
    expect(withoutCause(removal({}, 'changed', true))).to.deep.equal(undrained);
    expect(withoutCause(removal({ lease: 'none' }, 'always'))).to.deep.equal(
      undrained.slice(1).map((line) => line.replace(' withdraw demo-one', '')),
    );
  });

  describe('with a DNS on another host', () => {
    const environment = (more: Readonly<Record<string, string>> = {}): Partial<InstanceSpec> => ({
      environment: Object.entries({ DNS_SERVICE_IP: '192.0.2.1', SERVICE_IP: '192.0.2.2', ...more }).map(
        ([name, value]) => ({ name, value: [value], secret: false }),
      ),
      ports: [{ container: 80, protocol: 'tcp', host: 80 }],
    });
    const state = (...specs: readonly InstanceSpec[]): ReturnType<typeof observed> =>
      observed({
        containers: specs.map((one) => containerOf(one)),
        networks: [demoNetwork],
        images: [imageOf('demo'), imageOf('dockerops-dns')],
      });

    it('asks inside each instance whether it is found there, or without names whether that DNS answers', () => {
      const wanted = [
        client('one', environment()),
        client('hidden', environment({ DNS_UPDATE_POLICY: 'HIDE' })),
        client('nowhere', environment({ SERVICE_IP: '' })),
        client('unpublished', { ...environment(), ports: [] }),
        client('loopback', environment({ SERVICE_IP: '127.0.0.1' })),
      ];
      const { operations } = planRun(desired(wanted), state(), facts, runOptions);
      const keys = ['one', 'hidden', 'nowhere', 'unpublished', 'loopback'].map((name) => `demo-${name}`);
      const asked = operations.filter((operation) => operation.kind === 'await-names');
      expect(asked.map(({ id, needs }) => ({ id, needs }))).to.deep.equal(
        keys.map((key) => ({ id: `names ${key}`, needs: [`ready ${key}`] })),
      );
      for (const { names } of asked.slice(1)) expect(names).to.deep.equal([{ name: 'dns' }]);
      expect(operations.find(({ id }) => id === 'names demo-one')).to.deep.include({
        dns: 'demo-demo-one',
        by: 'client',
        names: [{ name: 'demo-one', address: ['192.0.2.2'] }],
      });
      expect(operations.find(({ id }) => id === 'check')?.needs).to.include('names demo-one');
      expect(
        planRun(desired(wanted), state(), facts, { ...runOptions, wait: false }).operations.map(({ kind }) => kind),
      ).not.to.include('await-names');
    });

    it('looks again for the names of what runs, unless the healthcheck of the base image has seen them', () => {
      const one = client('one', environment());
      const own = { ...client('own', environment()), healthcheck: { test: ['CMD', 'true'] } };
      const namesWith = (spec: InstanceSpec, health: Health): readonly string[] => {
        const containers = [{ ...containerOf(spec), health }];
        const state = observed({ containers, networks: [demoNetwork], images: [imageOf('demo')] });
        const { operations } = planRun(desired([spec]), state, facts, runOptions);
        return operations.filter(({ kind }) => kind === 'await-names').map(({ id }) => id);
      };
      for (const health of ['none', 'starting', 'unhealthy'] as const)
        expect(namesWith(one, health)).to.deep.equal(['names demo-one']);
      expect(namesWith(one, 'healthy')).to.deep.equal([]);
      expect(namesWith(own, 'healthy')).to.deep.equal(['names demo-own']);
    });

    it('asks the DNS here for those whose DNS it is, by its container or its SERVICE_IP', () => {
      const here = spec('dockerops-dns', 'one', {
        environment: [{ name: 'SERVICE_IP', value: ['192.0.2.1'], secret: false }],
        ports: [{ container: 53, protocol: 'udp', host: 53 }],
      });
      const byName = client('two', {
        environment: [{ name: 'DNS_SERVICE_IP', value: [{ addressOf: here.container }], secret: false }],
      });
      for (const [wanted, standing] of [
        [[here, client('one', environment()), byName], []],
        [[client('one', environment()), byName], [here]],
      ] as const) {
        const { operations } = planRun(desired([...wanted]), state(...standing), facts, runOptions);
        expect(operations.filter(({ kind }) => kind === 'await-names')).to.have.length(1);
        expect(operations.find(({ id }) => id === 'names')).to.deep.include({
          dns: here.container,
          names: [
            { name: 'demo-one', address: ['192.0.2.2'] },
            { name: 'demo-two', address: [{ addressOf: 'demo-demo-two' }] },
          ],
        });
      }
      const other = client('three', environment({ DNS_SERVICE_IP: '192.0.2.9' }));
      expect(
        planRun(desired([here, other]), state(), facts, runOptions)
          .operations.filter(({ kind }) => kind === 'await-names')
          .map(({ id }) => id),
      ).to.deep.equal(['names demo-three']);
    });

    it('a rerun makes the client inside let go, and drains; a replacement leaves it to the stop', () => {
      const removal = (wanted: InstanceSpec, replace: 'always' | 'changed', before = wanted): readonly string[] =>
        planRun(desired([wanted]), state(before), facts, { ...runOptions, replace })
          .operations.filter(({ id }) => /^(withdraw|drain|hold back) /.test(id))
          .map(({ id, needs }) => `${needs.join(' ')} -> ${id}`);
      const wanted = client('one', environment());
      expect(removal(wanted, 'always')).to.deep.equal([
        'files demo-one -> withdraw demo-one',
        'withdraw demo-one -> drain demo-one',
        'files demo-one drain demo-one -> hold back demo-one',
      ]);
      expect(
        planRun(desired([wanted]), state(wanted), facts, { ...runOptions, replace: 'always' }).operations.find(
          ({ kind }) => kind === 'withdraw-names',
        ),
      ).to.deep.include({ dns: 'demo-demo-one', by: 'client', keys: ['demo-one'] });
      const stopsOnly = ['files demo-one -> hold back demo-one'];
      expect(removal(wanted, 'changed', { ...wanted, hostname: 'other' })).to.deep.equal(stopsOnly);
      expect(removal(client('one', environment({ DNS_UPDATE_POLICY: 'REPLACE' })), 'always')).to.deep.equal(stopsOnly);
      expect(
        removal(wanted, 'always', client('one', environment({ SERVICE_IP: '' }))),
        'nobody was sent to it',
      ).to.deep.equal(stopsOnly);
    });
  });

  it('registers running instances again, as an interrupted run may have not, and counts no change for it', () => {
    const postgres = spec('postgres', 'one', { lease: 'dockerops' });
    const plan = planRun(
      desired([postgres]),
      observed({
        containers: [containerOf(dns()), containerOf(postgres)],
        networks: [demoNetwork],
        images: [imageOf('postgres')],
      }),
      facts,
      runOptions,
    );
    expect(plan.operations.map(({ id }) => id)).to.deep.equal(['hold postgres-one']);
    expect(isEmpty(plan)).to.equal(true);
  });

  it('knows a container that was renamed by hand, and gives it its name back where that is free', () => {
    const [one, two] = [spec('web', 'one'), spec('web', 'two')];
    const renamed = containerOf(one, { name: 'kept' });
    const plan = (...containers: readonly ObservedContainer[]): Plan =>
      planRun(desired([one, two]), observed({ containers, images: [imageOf('web')] }), facts, runOptions);
    const free = plan(renamed, containerOf(two));
    expect(free.verdicts.map(({ key, verdict }) => [key, verdict])).to.deep.equal([
      ['web-one', 'keep'],
      ['web-two', 'keep'],
    ]);
    expect(free.operations.filter(({ subject }) => subject === 'web-one')).to.deep.equal([
      {
        id: 'restore name of web-one',
        kind: 'rename-container',
        subject: 'web-one',
        cause: 'its container was renamed to kept',
        needs: ['lock'],
        container: 'kept',
        name: 'demo-web-one',
      },
    ]);
    const taken = { ...containerOf(one), id: 'other' };
    for (const other of [taken, { ...taken, name: 'demo-web-one', ownership: undefined } as never])
      expect(plan(renamed, other).operations.map(({ kind }) => kind)).not.to.include('rename-container');
  });

  it('starts the client of a running instance again that has lost its names, and waits for them', () => {
    const state = observed({
      containers: [
        containerOf(dns()),
        containerOf(client('one'), { health: 'healthy', isUnregistered: true }),
        containerOf(client('two'), { health: 'healthy' }),
      ],
      networks: [demoNetwork],
      images: [imageOf('demo'), imageOf('dockerops-dns')],
    });
    const plan = planRun(desired([dns(), client('one'), client('two')]), state, facts, runOptions);
    expect(plan.verdicts.map(({ key, verdict, reason }) => [key, verdict, reason])).to.deep.equal([
      ['dockerops-dns-one', 'keep', 'up to date'],
      ['demo-one', 'register', 'its names are not in the DNS'],
      ['demo-two', 'keep', 'up to date'],
    ]);
    expect(isEmpty(plan), 'it is a change').to.equal(false);
    expect(plan.operations.map(({ id, needs }) => `${id}: ${needs.join(', ')}`)).to.deep.equal([
      'lock: ',
      'register demo-one: lock',
      'ready demo-one: register demo-one',
      'names: ready demo-one',
      'unlock: names',
    ]);
  });

  it('looks for the names of what runs only when the DNS that it makes answers', () => {
    const state = observed({
      containers: [containerOf(client('one'), { health: 'starting' })],
      networks: [demoNetwork],
      images: [imageOf('demo'), imageOf('dockerops-dns')],
    });
    const plan = planRun(desired([dns(), client('one')]), state, facts, runOptions);
    expect(plan.operations.find(({ id }) => id === 'names')?.needs).to.include('ready dockerops-dns-one');
  });

  it('waits for the dns that is to hold names also when nothing else is waited for', () => {
    const postgres = spec('postgres', 'one', { lease: 'dockerops' });
    const plan = planRun(
      desired([dns(), postgres]),
      observed({ networks: [demoNetwork], images: [imageOf('postgres'), imageOf('dockerops-dns')] }),
      facts,
      { ...runOptions, wait: false },
    );
    expect(plan.operations.find(({ id }) => id === 'hold postgres-one')?.needs).to.deep.equal([
      'start postgres-one',
      'ready dockerops-dns-one',
    ]);
    expect(plan.operations.map(({ id }) => id))
      .to.include('ready dockerops-dns-one')
      .and.not.include('ready postgres-one');
  });

  it('leaves what runs alone until its new image is there', () => {
    const old = spec('web', 'one', {
      image: 'demo/web:latest',
      environment: [{ name: 'A', value: ['1'], secret: false }],
    });
    const source = {
      kind: 'folder',
      directory: '/demo/services/web',
      dockerfile: 'Dockerfile',
      buildArgs: {},
    } as const;
    const wanted = desired([{ ...old, environment: [] }], {
      images: [{ reference: 'demo/web:latest', service: 'web', source, inputHash: 'new', parents: [] }],
    });
    const plan = planRun(
      wanted,
      observed({ images: [imageOf('web')], containers: [containerOf(old)], networks: [demoNetwork] }),
      facts,
      { ...runOptions, build: 'stale', replace: 'changed' },
    );
    const build = plan.operations.find(({ kind }) => kind === 'build-image')?.id;
    expect(build).to.be.a('string');
    const needsOf = (id: string): readonly string[] | undefined => plan.operations.find((one) => one.id === id)?.needs;
    expect(needsOf('create web-one')).to.include(build);
    expect(needsOf('hold back web-one')).to.include('create web-one');
  });

  it('withdraws the names of what is replaced before the dns stops that is replaced with it', () => {
    const instances = [dns(), client('one')];
    const plan = planRun(
      desired(instances),
      observed({
        containers: instances.map((one) => containerOf(one)),
        networks: [demoNetwork],
        images: [imageOf('demo'), imageOf('dockerops-dns')],
      }),
      facts,
      { ...runOptions, replace: 'always' },
    );
    expect(plan.operations.find(({ id }) => id === 'hold back dockerops-dns-one')?.needs).to.deep.equal([
      'create dockerops-dns-one',
      'withdraw demo-one',
    ]);
  });

  it('prepares the folders of an instance before its container is made, so that none starts with half a copy', () => {
    const kept = spec('demo', 'one', {
      mounts: [
        { kind: 'data', directory: '/data/demo_one/data', target: '/data' },
        { kind: 'data', directory: '/data/demo_one/log', target: '/var/log' },
      ],
    });
    const plan = planRun(
      desired([kept]),
      observed({ networks: [demoNetwork], images: [imageOf('demo')] }),
      { ...facts, local: false },
      runOptions,
    );
    expect(planToText(plan).split('\n').slice(2, 6)).to.deep.equal([
      '[2] -> [1] data /data/demo_one (no container)',
      '[3] -> [2] copied /data/demo_one (no container)',
      '[4] -> [3] create demo-one (no container)',
      '[5] -> [4] start demo-one (no container)',
    ]);
    expect(plan.blockers).to.deep.equal([]);
  });

  it('lets a first copy be finished only where no container has run with the folder', () => {
    const kept = spec('demo', 'one', {
      mounts: [{ kind: 'data', directory: '/data "a\\b"/demo_one/data', target: '/data' }],
    });
    const mayFinish = (state: 'created' | 'exited', had = kept): unknown => {
      const { operations } = planRun(
        desired([kept]),
        observed({ containers: [containerOf(had, { state })], networks: [demoNetwork], images: [imageOf('demo')] }),
        facts,
        { ...runOptions, replace: 'always' },
      );
      return operations.flatMap((operation) =>
        operation.kind === 'complete-data' ? operation.folders.map((folder) => folder.mayFinish) : [],
      );
    };
    expect([mayFinish('created'), mayFinish('exited')]).to.deep.equal([[true], [false]]);
    expect(mayFinish('exited', spec('demo', 'one')), 'one that had no data').to.deep.equal([true]);
  });

  it('copies nothing into a folder that the container has which it replaces', () => {
    const data = (name: string): InstanceSpec['mounts'][number] => ({
      kind: 'data',
      directory: `/data/demo_one/${name}`,
      target: `/${name}`,
    });
    const before = spec('demo', 'one', { mounts: [data('data')] });
    const plan = (mounts: InstanceSpec['mounts']): readonly Operation[] =>
      planRun(
        desired([{ ...before, mounts }]),
        observed({ containers: [containerOf(before)], networks: [demoNetwork], images: [imageOf('demo')] }),
        facts,
        { ...runOptions, replace: 'always' },
      ).operations;
    const copied = (mounts: InstanceSpec['mounts']): readonly string[] =>
      plan(mounts).flatMap((one) => (one.kind === 'complete-data' ? one.folders.map(({ name }) => name) : []));
    expect(copied([data('data')])).to.deep.equal([]);
    expect(copied([data('data'), data('log')])).to.deep.equal(['log']);
  });

  it('makes a directory that instances share once', () => {
    const sharing = ['one', 'two'].map((instance) =>
      spec('demo', instance, {
        mounts: [{ kind: 'data', directory: '/data/shared', target: '/shared', shared: true }],
      }),
    );
    const { operations } = planRun(
      desired(sharing),
      observed({ networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    expect(operations.filter(({ kind }) => kind === 'prepare-data')).to.have.length(1);
    expect(operations.filter(({ needs }) => needs.includes('data /data')).map(({ id }) => id)).to.deep.equal([
      'create demo-one',
      'create demo-two',
    ]);
  });

  it('resumes what a backup that was killed has paused, and waits until it is ready', () => {
    const plan = planRun(
      desired([spec('demo', 'one')]),
      observed({
        containers: [containerOf(spec('demo', 'one'), { state: 'paused' })],
        networks: [demoNetwork],
        images: [imageOf('demo')],
      }),
      facts,
      runOptions,
    );
    expect(plan.blockers).to.deep.equal([]);
    const ids = plan.operations.map(({ id }) => id);
    expect(ids).to.include.members(['unpause demo-one', 'ready demo-one']);
    expect(plan.operations.find(({ id }) => id === 'ready demo-one')?.needs).to.include('unpause demo-one');
  });

  it('starts what was stopped for its data before it gets its own name back', () => {
    const aside = containerOf(spec('demo', 'one'), { state: 'exited', name: 'demo-demo-one.old' });
    const plan = planRun(
      desired([spec('demo', 'one')]),
      observed({ containers: [aside], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    const ids = plan.operations.map(({ id }) => id);
    expect(ids.indexOf('restart demo-one')).to.be.within(0, ids.indexOf('restore name of demo-one') - 1);
  });

  it('creates what links to such an instance only when that has its own name back', () => {
    const aside = containerOf(spec('redis', 'one'), { state: 'exited', name: 'demo-redis-one.old' });
    const links = [{ target: 'demo-redis-one', alias: 'redis' }];
    const plan = planRun(
      desired([spec('demo', 'one', { network: { ...network, links } }), spec('redis', 'one')]),
      observed({ containers: [aside], networks: [demoNetwork], images: [imageOf('demo'), imageOf('redis')] }),
      facts,
      runOptions,
    );
    expect(plan.operations.find(({ id }) => id === 'create demo-one')?.needs).to.include('restore name of redis-one');
  });

  it('refuses a stopped instance with the ways on', () => {
    const stopped = containerOf(spec('demo', 'one'), { state: 'exited', exitCode: 3 });
    const plan = planRun(
      desired([spec('demo', 'one')]),
      observed({ containers: [stopped], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    expect(plan.blockers).to.deep.equal([
      {
        subject: 'demo-one',
        message: 'demo-demo-one is exited with exit code 3',
        suggestions: [
          'start it unchanged: dockerops start:demo,instance=one',
          'replace it: dockerops run:demo,instance=one,replace=True',
          'remove it: dockerops clean:demo,instance=one',
        ],
      },
    ]);
    expect(isEmpty(plan)).to.equal(true);
  });

  it("refuses before anything starts when another directory of this machine uses the project's name", () => {
    const theirs = ['one', 'nine'].map((instance) =>
      containerOf(spec('demo', instance), {}, { ...project, path: '/home/ann/copy' } as Owner),
    );
    const plan = planRun(desired([spec('demo', 'one')]), observed({ containers: theirs }), facts, runOptions);
    // Names that are in use follow from that.
    expect(plan.blockers.map(({ message }) => message)).to.deep.equal([
      'project demo runs from another directory of this machine: /home/ann/copy',
    ]);
    expect(plan.operations).to.deep.equal([]);
  });

  it('warns of an image that is older than its source where an instance gets it, with the command for that one', () => {
    const source = { kind: 'folder', directory: '/p', dockerfile: 'Dockerfile', buildArgs: {} } as const;
    const image = { reference: 'demo/demo:latest', service: 'demo', source, inputHash: 'v2:new', parents: [] };
    const [one, two] = [spec('demo', 'one'), spec('demo', 'two')];
    const state = observed({ containers: [containerOf(one)], images: [imageOf('demo')], networks: [demoNetwork] });
    const planOf = (instances: readonly InstanceSpec[], replace: 'always' | 'never'): Plan =>
      planRun(desired(instances, { images: [image] }), state, facts, { ...runOptions, replace });
    const kept = planOf([one], 'never');
    expect([kept.verdicts[0]?.named, kept.warnings]).to.deep.equal(['demo,instance=one', []]);
    const made = planOf([one], 'always');
    expect(made.verdicts[0]?.named).to.equal(undefined);
    expect(made.warnings).to.deep.equal([
      'demo-one: the image is used as it is (not built by dockerops); ' +
        'to build it first: dockerops run:demo,instance=one,build=True,replace=True',
    ]);
    expect(planOf([one, two], 'never').warnings.join()).to.contain('dockerops run:demo,build=True,replace=True');
  });

  it('takes the same name from another machine for the same project', () => {
    const colleague = containerOf(spec('demo', 'one'), {}, {
      ...project,
      path: '/Users/bob/demo',
      machine: 'm2',
    } as Owner);
    const plan = planRun(
      desired([spec('demo', 'one')]),
      observed({ containers: [colleague], networks: [demoNetwork], images: [imageOf('demo')] }),
      facts,
      runOptions,
    );
    expect(plan.blockers).to.deep.equal([]);
    expect(plan.verdicts[0]?.verdict).to.equal('keep');
  });

  describe('beside instances with other keys', () => {
    const labelled = (instance: string, key: string): ReturnType<typeof containerOf> => {
      const container = containerOf(spec('demo', instance), {}, {
        ...project,
        path: '/Users/bob/demo',
        machine: 'm2',
      } as Owner);
      return {
        ...container,
        labels: { ...container.labels, 'dockerops.client_key': `ssh-ed25519 ${key} dockerops-demo` },
      };
    };
    const client = (key?: string): Parameters<typeof desired>[1] => ({
      keys: [
        {
          name: 'client',
          kind: 'ssh',
          keep: 'project',
          exists: key !== undefined,
          ...(key === undefined ? {} : { publicPart: `ssh-ed25519 ${key} me` }),
        },
      ],
    });
    const blockers = (
      instances: readonly InstanceSpec[],
      containers: readonly ReturnType<typeof containerOf>[],
      key?: string,
      replace: 'never' | 'always' = 'never',
    ): readonly string[] =>
      planRun(
        desired(instances, client(key)),
        observed({ containers, networks: [demoNetwork], images: [imageOf('demo')] }),
        facts,
        { ...runOptions, replace },
      ).blockers.map(({ message }) => message);

    it('makes nothing, and says whose they are', () => {
      expect(blockers([spec('demo', 'two')], [labelled('one', 'AAA')], 'BBB')).to.deep.equal([
        'demo-demo-one was made with other keys by /Users/bob/demo of machine m2',
      ]);
      expect(blockers([spec('demo', 'two')], [labelled('one', 'AAA')])).to.deep.equal([
        'demo-demo-one was made with other keys by /Users/bob/demo of machine m2, and this directory has none',
      ]);
    });

    it('goes on with the same key, with nothing to make, and when all of them are replaced', () => {
      expect(blockers([spec('demo', 'two')], [labelled('one', 'AAA')], 'AAA')).to.deep.equal([]);
      expect(blockers([spec('demo', 'one')], [labelled('one', 'AAA')], 'BBB')).to.deep.equal([]);
      expect(blockers([spec('demo', 'one')], [labelled('one', 'AAA')], 'BBB', 'always')).to.deep.equal([]);
    });
  });

  it('checks all ports before anything starts and names the holder', () => {
    const wants = (instance: string): InstanceSpec =>
      spec('demo', instance, { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    const holder = {
      ...containerOf(spec('web', 'x'), {
        name: 'web',
        ports: [{ container: 80, protocol: 'tcp', host: 8080, ip: '127.0.0.1' }],
      }),
    };
    const { ownership: _, ...foreign } = holder;
    const held = planRun(desired([wants('one')]), observed({ containers: [foreign] }), facts, runOptions);
    expect(held.blockers[0]?.message).to.equal(
      'port 8080/tcp of demo-one is in use by container web (a container that dockerops did not make)',
    );
    const process = { port: 8080, protocol: 'tcp', ip: '0.0.0.0', holder: 'nginx (pid 812)' } as const;
    const blockers = (ip: string, wanted = wants('one')): readonly string[] =>
      planRun(
        desired([wanted]),
        observed({ containers: [{ ...foreign, ports: [{ container: 80, protocol: 'tcp', host: 8080, ip }] }] }),
        { ...facts, portHolders: [process] },
        runOptions,
      ).blockers.map(({ message }) => message);
    expect(
      blockers(
        '192.0.2.9',
        spec('demo', 'one', { ports: [{ container: 80, protocol: 'tcp', host: 8080, ip: '127.0.0.1' }] }),
      ),
    ).to.deep.equal(['port 127.0.0.1:8080/tcp of demo-one is in use by nginx (pid 812)']);
    expect(blockers('0.0.0.0'), 'the engine listens for the container').to.deep.equal([
      'port 8080/tcp of demo-one is in use by container web (a container that dockerops did not make)',
    ]);
    const twice = planRun(desired([wants('one'), wants('two')]), observed(), facts, runOptions);
    expect(twice.blockers[0]?.message).to.equal('port 8080/tcp of demo-two is in use by instance demo-one of this run');
  });

  it('does not begin with empty folders while those of DockerOps lie beside them', () => {
    const wanted = spec('web', 'one', { mounts: [{ kind: 'data', directory: '/p/d/web_one/data', target: '/data' }] });
    const formerData = { '/p/d/web_one/data': '/p/d/web-one/data' };
    const { blockers } = planRun(
      desired([wanted]),
      observed({ images: [imageOf('web')] }),
      { ...facts, formerData },
      runOptions,
    );
    expect(blockers).to.deep.equal([
      {
        subject: 'web-one',
        message: 'web-one would begin with an empty /p/d/web_one/data, but there is /p/d/web-one/data of DockerOps',
        suggestions: [
          'use it: mkdir -p /p/d/web_one && mv /p/d/web-one/data /p/d/web_one/data',
          'or begin without it: mv /p/d/web-one/data /p/d/web-one/data.unused',
        ],
      },
    ]);
  });

  it('warns of data of a service that is gone, where one begins without data', () => {
    const wanted = spec('web', 'one', { mounts: [{ kind: 'data', directory: '/p/d/web_one/data', target: '/data' }] });
    const abandonedData = { '/p/d/web_one/data': ['/p/d/old_one/data'] };
    const { warnings, blockers } = planRun(
      desired([wanted]),
      observed({ images: [imageOf('web')] }),
      { ...facts, abandonedData },
      runOptions,
    );
    expect(blockers).to.deep.equal([]);
    expect(warnings).to.deep.equal([
      'web-one begins with an empty /p/d/web_one/data, while /p/d/old_one/data has data of a service that is gone; ' +
        'if it was renamed, stop web-one and move that folder into its place',
    ]);
  });

  it('makes nothing, and stops nothing, for a path to mount that is not there, and says where it is written', () => {
    const mounts = [{ kind: 'bind', source: '/p/confg', target: '/etc/x', readOnly: false }] as const;
    const before = observed({ containers: [containerOf(spec('demo', 'one'))], images: [imageOf('demo')] });
    const wanted = spec('demo', 'one', { mounts, origins: { mounts: { source: 'run.conf', where: 'run.conf:5:3' } } });
    const missing = { ...facts, missingSources: ['/p/confg'] };
    const blockers = (instances: readonly InstanceSpec[], state = before): readonly unknown[] =>
      planRun(desired(instances), state, missing, { ...runOptions, replace: 'changed' }).blockers;
    expect(blockers([wanted])).to.deep.equal([
      {
        subject: 'demo-one',
        message: 'run.conf:5:3: demo-one mounts /p/confg on /etc/x, but /p/confg does not exist',
        suggestions: ['create it: mkdir -p /p/confg', 'or correct "volumes" in run.conf'],
      },
    ]);
    expect(
      blockers([wanted], observed({ containers: [containerOf(wanted)], images: [imageOf('demo')] })),
      'it runs already',
    ).to.deep.equal([]);
    const writer = (readOnly: boolean): InstanceSpec =>
      spec('web', 'one', { mounts: [{ kind: 'bind', source: '/p', target: '/p', readOnly }] });
    expect(blockers([wanted, writer(false)]), 'another instance may make it').to.deep.equal([]);
    expect(blockers([wanted, writer(true)])).to.have.length(1);
  });

  it('takes the next subnet when the first is in use, on the engine or by a route of the host', () => {
    const networks = [{ ...demoNetwork, name: 'other', subnets: ['10.210.0.0/23'], labels: {} }];
    const plan = planRun(
      desired([spec('demo', 'one')]),
      observed({ networks }),
      { ...facts, routes: ['10.210.4.0/24'] },
      runOptions,
    );
    expect(plan.operations.find(({ kind }) => kind === 'create-network')).to.deep.include({
      subnet: '10.210.8.0/22',
      gateway: '10.210.8.1',
      dynamicRange: '10.210.10.0/23',
    });
  });

  it('reports what nobody asks for any more as an orphan and leaves it alone', () => {
    const plan = planRun(desired([]), observed({ containers: [containerOf(spec('old', 'one'))] }), facts, runOptions);
    expect(plan.verdicts).to.deep.equal([
      {
        key: 'old-one',
        container: 'demo-old-one',
        named: 'old,instance=one',
        verdict: 'orphan',
        reason: 'not in run.conf',
        differences: [],
      },
    ]);
    expect(plan.operations).to.deep.equal([]);
  });

  it('leaves what run.conf knows and does not start as a row of its own', () => {
    const stopped = containerOf(client('rests'), { state: 'exited' });
    const plan = planRun(
      desired([], { notAutostarted: ['demo-demo-rests'] }),
      observed({ containers: [stopped, containerOf(client('old'))] }),
      facts,
      runOptions,
    );
    expect(plan.verdicts.map(({ key, verdict, reason }) => `${verdict} ${key}: ${reason}`)).to.deep.equal([
      'orphan demo-old: not in run.conf',
      'notAutostarted demo-rests: exited; run:all does not start it',
    ]);
    expect(isEmpty(plan)).to.equal(true);
  });

  describe('of an instance that is made anew', () => {
    const linked = (instance: string, target: string): InstanceSpec =>
      spec('web', instance, {
        environment: [{ name: 'T_SERVICE_IP', value: [{ addressOf: `demo-${target}` }], secret: false }],
      });
    const [near, far, other] = [
      linked('near', 'db-one'),
      linked('far', 'web-near'),
      linked('other', 'dockerops-dns-one'),
    ];
    const db = spec('db', 'one');
    const all = [dns(), far, near, other, db];
    const linking = (wanted: InstanceSpec, target: string): ReturnType<typeof containerOf> => {
      const container = containerOf(wanted);
      return container.ownership === undefined
        ? container
        : { ...container, ownership: { ...container.ownership, linkAddresses: { [`demo-${target}`]: '10.210.2.9' } } };
    };
    const containers = [
      containerOf(dns(), { imageId: 'old' }),
      linking(far, 'web-near'),
      linking(near, 'db-one'),
      linking(other, 'dockerops-dns-one'),
      containerOf(db, { state: 'exited', exitCode: 1 }),
    ];
    const images = ['web', 'db', 'dockerops-dns'].map((name) => ({
      ...imageOf(name),
      references: all.filter(({ service }) => service === name).map(({ image }) => image),
    }));
    const actions = (
      replace: 'never' | 'changed',
      change: readonly (typeof containers)[number][] = containers,
    ): readonly string[] =>
      planRun(desired(all), observed({ containers: change, networks: [demoNetwork], images }), facts, {
        ...runOptions,
        replace,
      }).verdicts.map(({ key, verdict }) => `${verdict} ${key}`);

    it('replaces those that have its address, and those that have theirs; the DNS keeps its own', () => {
      expect(actions('changed')).to.have.members([
        'replace dockerops-dns-one',
        'replace web-far',
        'replace web-near',
        'keep web-other',
        'replace db-one',
      ]);
    });

    it('tells them where they are to be left alone', () => {
      expect(actions('never', containers.slice(0, 4))).to.have.members([
        'differs dockerops-dns-one',
        'keep web-far',
        'differs web-near',
        'keep web-other',
        'create db-one',
      ]);
    });
  });

  it('shows as drift of the linker that its target has another address now', () => {
    const linker = spec('demo', 'one', {
      environment: [{ name: 'DB_SERVICE_IP', value: [{ addressOf: 'demo-db-one' }], secret: false }],
    });
    const container = containerOf(linker);
    const seen = {
      ...container,
      ownership: { ...container.ownership!, linkAddresses: { 'demo-db-one': '10.210.2.4' } },
    };
    const db = containerOf(spec('db', 'one'), { addresses: { 'dockerops-demo': '10.210.2.5' } });
    const plan = planRun(
      desired([linker, spec('db', 'one')]),
      observed({ containers: [seen, db], networks: [demoNetwork], images: [imageOf('demo'), imageOf('db')] }),
      facts,
      runOptions,
    );
    expect(plan.verdicts[0]).to.deep.include({
      verdict: 'differs',
      differences: [{ field: 'links.demo-db-one', from: '10.210.2.4', to: '10.210.2.5' }],
    });
  });
});
