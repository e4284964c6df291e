import { expect } from 'chai';
import { apply, type ApplyOutcome } from '../../../src/lib/apply/executor.ts';
import type { ApplyContext, KeyStore } from '../../../src/lib/apply/context.ts';
import type { KeyText } from '../../../src/lib/model/key-text.ts';
import {
  Conflict,
  EngineError,
  EngineUnreachable,
  Forbidden,
  Interrupted,
  OperationFailed,
} from '../../../src/lib/errors.ts';
import type { ProgressEvent } from '../../../src/lib/events.ts';
import { engineError } from '../../../src/lib/engine/engine-errors.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import { planBackup } from '../../../src/lib/plan/plan-backup.ts';
import { instanceLabels } from '../../../src/lib/plan/instance/instance-labels.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import type { Desired } from '../../../src/lib/model/desired.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { planClean, planRun } from '../../support/plans.ts';
import { desired, facts, project, runOptions, spec } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';
import { noImageSources } from '../../support/no-image-sources.ts';

const material = (name: string): KeyText => ({ private: `private ${name}`, public: `public ${name}` });

async function contextOn(engine: FakeEngine, change: Partial<ApplyContext> = {}): Promise<ApplyContext> {
  return {
    engine,
    observed: await observe(engine),
    client: facts.client,
    isProcessRunning: () => true,
    makeDirectories: async () => true,
    progress: () => {},
    signal: new AbortController().signal,
    command: 'dockerops run:all',
    width: 4,
    openDns: () => {
      throw new Error('no dns in this test');
    },
    keys: { read: async (name) => material(name), create: async ({ name }) => material(name) },
    images: noImageSources,
    ...change,
  };
}

function engineWithImages(): FakeEngine {
  const engine = new FakeEngine();
  for (const service of ['demo', 'db']) engine.addImage(`demo/${service}:latest`);
  engine.addImage('dockerops/empty:1');
  return engine;
}

async function plan(engine: FakeEngine, wanted: Desired): Promise<Plan> {
  return planRun(wanted, await observe(engine), facts, runOptions);
}

/** Its data is nowhere. */
async function failingBackup(
  stop: boolean,
  isLocked: boolean,
): Promise<ApplyOutcome & { readonly methods: readonly string[] }> {
  const engine = engineWithImages();
  await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
  const [container] = (await observe(engine)).containers;
  const manifest = {
    format: 1,
    project: 'demo',
    service: 'db',
    instance: 'one',
    image: 'demo/db',
    host: 'h',
    created: '',
    folders: ['data'],
  } as const;
  const backup = planBackup(
    project,
    { key: 'db-one', directory: '/nowhere', folders: ['data'], container },
    { file: '/nowhere/file', stop, timeoutSeconds: 1, manifest },
  );
  if (isLocked)
    await engine.createContainer(`dockerops-lock-${project.kind}-${project.name}`, plainContainer('demo/db:latest'));
  engine.calls.length = 0;
  const outcome = await apply(backup, await contextOn(engine));
  return { ...outcome, methods: engine.calls.map(({ method }) => method) };
}

const never = (): Promise<never> => new Promise(() => {});
const names = (engine: FakeEngine): readonly string[] => [...engine.containers.values()].map(({ name }) => name).sort();

describe('applying a plan', () => {
  it('reaches a state in which the same run has nothing to do', async () => {
    const engine = engineWithImages();
    const linker = spec('demo', 'one', {
      after: ['db-one'],
      environment: [{ name: 'DB_SERVICE_IP', value: [{ addressOf: 'demo-db-one' }], secret: false }],
    });
    const wanted = desired([spec('db', 'one'), linker]);
    const outcome = await apply(await plan(engine, wanted), await contextOn(engine));
    expect(outcome.failures).to.deep.equal([]);
    expect(names(engine)).to.deep.equal(['demo-db-one', 'demo-demo-one']);
    const again = await plan(engine, wanted);
    expect(again.operations).to.deep.equal([]);
    expect(again.verdicts.map(({ verdict }) => verdict)).to.deep.equal(['keep', 'keep']);
  });

  it("hands an image's own volume to the replacing container and keeps it at a clean; removes keys", async () => {
    const engine = engineWithImages();
    const wanted = desired([spec('db', 'one', { mounts: [{ kind: 'scratch', target: '/run/secrets' }] })]);
    const labels = Object.fromEntries(
      Object.entries(instanceLabels(spec('db', 'one'), project)).map(([name, text]) => [name, text.join('')]),
    );
    const volume = async (target: string): Promise<string | undefined> =>
      (await observe(engine)).containers[0]?.volumes.find((each) => each.target === target)?.name;
    await engine.createContainer(
      'demo-db-one',
      plainContainer('demo/db', { labels, mounts: [{ kind: 'scratch', target: '/data', labels: { made: 'first' } }] }),
    );
    const data = await volume('/data');
    const replace = async (): Promise<void> => {
      const outcome = await apply(
        planRun(wanted, await observe(engine), facts, { ...runOptions, replace: 'always' }),
        await contextOn(engine),
      );
      expect(outcome.failures).to.deep.equal([]);
    };
    await replace();
    const keys = await volume('/run/secrets');
    expect(await volume('/data'))
      .to.equal(data)
      .and.match(/^0/);
    expect((await plan(engine, wanted)).operations).to.deep.equal([]);
    await replace();
    expect([...engine.volumes.keys()])
      .to.include(data)
      .and.not.include(keys);
    const outcome = await apply(planClean(project, await observe(engine), 'all'), await contextOn(engine));
    expect(outcome.failures).to.deep.equal([]);
    expect([...engine.volumes.values()], 'and not made anew').to.deep.equal([
      { name: data, labels: { made: 'first' } },
    ]);
  });

  it("puts the address that a link's target got into the linker", async () => {
    const engine = engineWithImages();
    const linker = spec('demo', 'one', {
      environment: [{ name: 'DB_SERVICE_IP', value: [{ addressOf: 'demo-db-one' }], secret: false }],
    });
    await apply(await plan(engine, desired([spec('db', 'one'), linker])), await contextOn(engine));
    const { containers } = await observe(engine);
    const address = containers.find(({ name }) => name === 'demo-db-one')?.addresses['dockerops-demo'];
    expect(address).to.match(/^10\.210\./);
    expect(containers.find(({ name }) => name === 'demo-demo-one')?.ownership?.linkAddresses).to.deep.equal({
      'demo-db-one': address,
    });
  });

  it("takes a target's address on the project's network, whatever else it was connected to", async () => {
    const engine = engineWithImages();
    const inspect = engine.inspectContainer.bind(engine);
    engine.inspectContainer = async (id) => {
      const detail = await inspect(id);
      return { ...detail, addresses: { bridge: '172.17.0.2', ...detail.addresses } };
    };
    const linker = spec('demo', 'one', {
      environment: [{ name: 'DB_SERVICE_IP', value: [{ addressOf: 'demo-db-one' }], secret: false }],
    });
    await apply(await plan(engine, desired([spec('db', 'one'), linker])), await contextOn(engine));
    const { containers } = await observe(engine);
    expect(containers.find(({ name }) => name === 'demo-demo-one')?.ownership?.linkAddresses['demo-db-one']).to.match(
      /^10\.210\./,
    );
  });

  it('puts files in before it starts, with the keys in their places', async () => {
    const engine = engineWithImages();
    const one = spec('demo', 'one', {
      files: [{ path: '/etc/key', content: ['<', { privateKey: 'host:demo-one' }, '>'], mode: 0o600, uid: 0, gid: 0 }],
    });
    const keys = [{ name: 'host:demo-one', kind: 'ssh', keep: 'instance', exists: false }] as const;
    await apply(await plan(engine, desired([one], { keys })), await contextOn(engine));
    const methods = engine.calls
      .map(({ method }) => method)
      .filter((method) => ['createContainer', 'putFiles', 'startContainer'].includes(method));
    expect(methods.slice(-3)).to.deep.equal(['createContainer', 'putFiles', 'startContainer']);
    const { labels } = (await observe(engine)).containers[0] ?? {};
    expect(labels).to.include({ 'dockerops.host_key': 'public host:demo-one' });
    expect(JSON.stringify(labels)).not.to.contain('private host:demo-one');
  });

  it('has a key certified by the one that the run made, else by the stored one, and installs it', async () => {
    for (const exists of [false, true]) {
      const engine = engineWithImages();
      const put = engine.putFiles.bind(engine);
      const contents: string[] = [];
      engine.putFiles = async (id, files) => {
        contents.push(...files.map(({ content }) => content.toString()));
        return put(id, files);
      };
      const one = spec('demo', 'one', {
        files: [{ path: '/cert', content: [{ certificate: 'host:demo-one' }, '\n'], mode: 0o644, uid: 0, gid: 0 }],
      });
      const keys = [
        { name: 'host-ca', kind: 'ssh', keep: 'project', exists },
        {
          name: 'host:demo-one',
          kind: 'ssh',
          keep: 'instance',
          exists: false,
          certify: { by: 'host-ca', principals: ['demo-one'] },
        },
      ] as const;
      const store: KeyStore = {
        read: async (name) => material(`kept ${name}`),
        create: async ({ name }, authority) => ({
          ...material(`made ${name}`),
          ...(authority === undefined ? {} : { certificate: `${name} by ${authority.private}` }),
        }),
      };
      await apply(await plan(engine, desired([one], { keys })), await contextOn(engine, { keys: store }));
      expect(contents).to.deep.equal([`host:demo-one by private ${exists ? 'kept' : 'made'} host-ca\n`]);
    }
  });

  it('marks what needs a failed operation as skipped, goes on with the rest, and gives the lock back', async () => {
    const engine = engineWithImages();
    const wanted = desired([spec('db', 'one'), spec('demo', 'one', { after: ['db-one'] }), spec('demo', 'two')]);
    const made = await plan(engine, wanted);
    const start = engine.startContainer.bind(engine);
    engine.startContainer = async (id) => {
      if (engine.containers.get(id)?.name === 'demo-db-one') throw new EngineError('no space left', { code: 'ENGINE' });
      return start(id);
    };
    const outcome = await apply(made, await contextOn(engine));
    expect(outcome.failures.map(({ operation }) => operation.id)).to.deep.equal(['start db-one']);
    expect(outcome.outcomes.get('start demo-one')).to.deep.equal({
      state: 'skipped',
      reason: 'ready db-one did not succeed',
    });
    expect(outcome.outcomes.get('start demo-two')).to.deep.equal({ state: 'done' });
    expect(names(engine).filter((name) => name.includes('lock'))).to.deep.equal([]);
  });

  for (const [stop, goesOn] of [
    [true, 'start db-one'],
    [false, 'unpause db-one'],
  ] as const) {
    it(`lets go on what a backup ${stop ? 'stopped' : 'paused'}, whatever failed`, async () => {
      const { outcomes } = await failingBackup(stop, false);
      expect(['lock', 'save db-one', goesOn].map((id) => outcomes.get(id)?.state)).to.deep.equal([
        'done',
        'failed',
        'done',
      ]);
    });

    it(`resumes nothing after a backup that ${stop ? 'stops' : 'pauses'} when another holds the lock`, async () => {
      const { outcomes, methods } = await failingBackup(stop, true);
      expect(['lock', 'save db-one', goesOn].map((id) => outcomes.get(id)?.state)).to.deep.equal([
        'failed',
        'skipped',
        'skipped',
      ]);
      expect(methods).not.to.include.oneOf(['unpauseContainer', 'startContainer']);
    });
  }

  it('takes nothing for done that was given up when nobody interrupted', async () => {
    const engine = engineWithImages();
    const made = await plan(engine, desired([spec('db', 'one')]));
    engine.startContainer = async () => {
      throw new Interrupted('given up');
    };
    const outcome = await apply(made, await contextOn(engine));
    expect(outcome.interrupted).to.equal(false);
    expect(outcome.failures.map(({ operation }) => operation.id)).to.deep.equal(['start db-one']);
  });

  it('refuses a plan that is out of date and says so instead of failing', async () => {
    const engine = engineWithImages();
    const made = await plan(engine, desired([spec('db', 'one')]));
    await engine.createContainer('demo-db-one', plainContainer('demo/db:latest'));
    const outcome = await apply(made, await contextOn(engine));
    expect(outcome.failures).to.deep.equal([]);
    expect(outcome.stale?.message).to.equal('container demo-db-one was created by another command in the meantime');
  });

  it('takes it for out of date that what was seen stopped is running by now', async () => {
    const engine = engineWithImages();
    const { id } = await engine.createContainer(
      'demo-db-one',
      plainContainer('demo/db:latest', {
        labels: Object.fromEntries(
          Object.entries(instanceLabels(spec('db', 'one'), project)).map(([name, text]) => [name, text.join('')]),
        ),
      }),
    );
    const made = await plan(engine, desired([spec('db', 'one')]));
    const context = await contextOn(engine);
    await engine.startContainer(id);
    expect((await apply(made, context)).stale?.message).to.contain('container demo-db-one has changed in the meantime');
  });

  it('takes it for out of date that another project took the subnet', async () => {
    const engine = engineWithImages();
    const made = await plan(engine, desired([spec('db', 'one')]));
    const context = await contextOn(engine);
    await engine.createNetwork({ name: 'other', subnet: '10.210.0.0/22', ipRange: '10.210.2.0/23', labels: {} });
    engine.failNext(
      'createNetwork',
      1,
      new EngineError('Pool overlaps with other one on this address space', { code: 'ENGINE_REFUSED' }),
    );
    expect((await apply(made, context)).stale?.message).to.equal(
      'network other has taken subnet 10.210.0.0/22 in the meantime',
    );
  });

  it('takes back a network beside which a killed command has made one of the same name', async () => {
    const engine = engineWithImages();
    const made = await plan(engine, desired([spec('db', 'one')]));
    const list = engine.listNetworks.bind(engine);
    engine.listNetworks = async () => {
      const networks = await list();
      const own = networks.find(({ name }) => name === 'dockerops-demo');
      return own === undefined ? networks : [...networks, { ...own, id: 'other', subnets: ['10.210.4.0/22'] }];
    };
    const { stale } = await apply(made, await contextOn(engine));
    expect(stale?.message).to.equal('network dockerops-demo was created by another command in the meantime');
    expect((await list()).map(({ name }) => name)).not.to.include('dockerops-demo');
  });

  it('takes it for out of date that an image is gone which the plan saw', async () => {
    const engine = engineWithImages();
    const made = await plan(engine, desired([spec('db', 'one')]));
    const context = await contextOn(engine);
    await engine.removeImage('demo/db:latest');
    expect((await apply(made, context)).stale?.message).to.contain('image of db-one no longer exists');
  });

  for (const [what, change, message] of [
    ['is gone', (engine, id) => engine.removeContainer(id, { force: true }), 'container demo-db-one no longer exists'],
    ['has ended', (engine, id) => engine.stopContainer(id), 'container demo-db-one has ended in the meantime'],
  ] satisfies readonly (readonly [string, (engine: FakeEngine, id: string) => Promise<void>, string])[])
    it(`takes it for out of date that a container ${what} which it is to look after`, async () => {
      const engine = engineWithImages();
      const wanted = desired([spec('db', 'one', { healthcheck: { test: ['CMD', 'true'] } })]);
      const { id } = await engine.createContainer(
        'demo-db-one',
        plainContainer('demo/db:latest', {
          healthcheck: { test: ['CMD', 'true'] },
          labels: Object.fromEntries(
            Object.entries(instanceLabels(wanted.instances[0]!, project)).map(([name, text]) => [name, text.join('')]),
          ),
        }),
      );
      await engine.startContainer(id);
      const made = await plan(engine, wanted);
      expect(made.operations.map(({ kind }) => kind)).to.deep.equal(['wait-ready']);
      const context = await contextOn(engine);
      await change(engine, id);
      expect((await apply(made, context)).stale?.message).to.contain(message);
    });

  describe('to withdraw names', () => {
    async function withdraw(
      failure: Error,
    ): Promise<{ readonly failures: readonly string[]; readonly warnings: readonly string[] }> {
      const engine = engineWithImages();
      await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
      const common = { subject: 'db-one', cause: 'asked to', needs: [] };
      const warnings: string[] = [];
      const gone: Plan = {
        owner: project,
        verdicts: [],
        blockers: [],
        warnings: [],
        operations: [
          { ...common, id: 'withdraw db-one', kind: 'withdraw-names', dns: 'demo-db-one', keys: ['db-one'] },
        ],
      };
      const { failures } = await apply(
        gone,
        await contextOn(engine, {
          openDns: () => ({ remove: () => Promise.reject(failure) }) as never,
          progress: (event) => {
            if (event.type === 'warning') warnings.push(event.text);
          },
        }),
      );
      return { failures: failures.map(({ error }) => error.message), warnings };
    }

    const bearable = [
      new Conflict('container is not running', { code: 'CONFLICT' }),
      new EngineError('not done within 25 s', { code: 'EXEC_TIMEOUT' }),
      new EngineError('OCI runtime exec failed', { code: 'ENGINE_REFUSED' }),
      new OperationFailed('dns withdraw: no answer', { code: 'DNS_FAILED' }),
    ];
    for (const failure of bearable) {
      it(`is worth a warning only when the dns does not do it: ${failure.message}`, async () => {
        const { failures, warnings } = await withdraw(failure);
        expect(failures).to.deep.equal([]);
        expect(warnings.join()).to.contain('names not withdrawn').and.contain(failure.message);
      });
    }

    for (const failure of [
      new EngineUnreachable('nothing listens there', { code: 'ENGINE_UNREACHABLE' }),
      new Interrupted(),
      new TypeError('a bug'),
    ]) {
      it(`fails when it is not the dns that fails: ${failure.message}`, async () => {
        expect(await withdraw(failure)).to.deep.equal({ failures: [failure.message], warnings: [] });
      });
    }
  });

  it('does not wait for the end of a wait once it is interrupted', async () => {
    const engine = engineWithImages();
    const interruption = new AbortController();
    const wanted = desired([spec('db', 'one')]);
    const context = await contextOn(engine, {
      signal: interruption.signal,
      progress: (event) => {
        if (event.type === 'operation' && event.operation === 'names' && event.state === 'working')
          setImmediate(() => interruption.abort());
      },
    });
    const forever = { put: never, remove: never, awaitNames: never, restartClient: never };
    const made = await plan(engine, wanted);
    const operations: Plan['operations'] = [
      {
        id: 'names',
        kind: 'await-names',
        subject: 'names',
        cause: '',
        needs: [],
        dns: 'demo-db-one',
        names: [],
        limitSeconds: 30,
      },
    ];
    const outcome = await apply({ ...made, operations }, { ...context, openDns: () => ({ name: 'dns', ...forever }) });
    expect(outcome).to.deep.include({ interrupted: true, failures: [] });
  });

  it('calls it interrupted, not failed, when what it was doing was aborted', async () => {
    const engine = engineWithImages();
    const interruption = new AbortController();
    const aborted = new EngineError('load images: The operation was aborted', {
      code: 'UPLOAD_FAILED',
      cause: Object.assign(new Error('The operation was aborted'), { name: 'AbortError' }),
    });
    engine.startContainer = () => {
      interruption.abort();
      return Promise.reject(aborted);
    };
    const outcome = await apply(
      await plan(engine, desired([spec('db', 'one')])),
      await contextOn(engine, { signal: interruption.signal }),
    );
    expect(outcome).to.deep.include({ interrupted: true, failures: [] });
  });

  it('fails a run whose instance does nothing but start again and again', async () => {
    const engine = engineWithImages();
    const inspect = engine.inspectContainer.bind(engine);
    engine.inspectContainer = async (id) => ({ ...(await inspect(id)), restartCount: 3, exitCode: 4 });
    const outcome = await apply(
      await plan(engine, desired([spec('db', 'one', { runtime: { restart: 'unless-stopped' } })])),
      await contextOn(engine),
    );
    expect(outcome.failures.map(({ operation, error }) => `${operation.id}: ${error.message}`)).to.deep.equal([
      'check: demo-db-one did not stay up: it was restarted 3 times',
    ]);
  });

  it('waits for the engine to bring back what ran before, and not for what it has only started', async () => {
    const engine = engineWithImages();
    const wanted = desired([spec('db', 'one')]);
    await apply(await plan(engine, wanted), await contextOn(engine));
    const inspect = engine.inspectContainer.bind(engine);
    let looks = 0;
    engine.inspectContainer = async (id) => ({
      ...(await inspect(id)),
      ...((looks += 1) > 2 ? {} : { state: 'restarting' as const, restartCount: 1, exitCode: 137 }),
    });
    const ready = (wasRunning: boolean): Plan => ({
      owner: project,
      verdicts: [],
      blockers: [],
      warnings: [],
      operations: [
        {
          id: 'ready db-one',
          subject: 'db-one',
          cause: '',
          needs: [],
          kind: 'wait-ready',
          container: 'demo-db-one',
          limitSeconds: 10,
          wasRunning,
        },
      ],
    });
    expect((await apply(ready(true), await contextOn(engine))).failures).to.deep.equal([]);
    looks = 0;
    expect(
      (await apply(ready(false), await contextOn(engine))).failures.map(({ error }) => error.message),
    ).to.deep.equal(['demo-db-one is restarting, exit code 137, restarted once']);
  });

  it('starts nothing more once it is interrupted, and gives the lock back', async () => {
    const engine = engineWithImages();
    const interruption = new AbortController();
    const events: ProgressEvent[] = [];
    const context = await contextOn(engine, {
      signal: interruption.signal,
      width: 1,
      progress: (event) => events.push(event),
      hooks: {
        afterOperation: ({ kind }) => {
          if (kind === 'create-network') interruption.abort();
        },
      },
    });
    const outcome = await apply(await plan(engine, desired([spec('db', 'one'), spec('demo', 'one')])), context);
    expect(outcome).to.deep.include({ interrupted: true, failures: [] });
    expect(names(engine)).to.deep.equal([]);
    expect(events.at(-1)).to.deep.equal({ type: 'end', failed: true });
  });

  it('cleans everything of the owner and nothing else', async () => {
    const engine = engineWithImages();
    await apply(await plan(engine, desired([spec('db', 'one'), spec('demo', 'one')])), await contextOn(engine));
    await engine.createContainer('somebody', plainContainer('demo/db:latest'));
    const outcome = await apply(planClean(project, await observe(engine), 'all'), await contextOn(engine));
    expect(outcome.failures).to.deep.equal([]);
    expect(names(engine)).to.deep.equal(['somebody']);
    expect((await observe(engine)).networks.map(({ name }) => name)).not.to.include('dockerops-demo');
  });

  describe('a network that the engine does not remove', () => {
    async function cleanNetwork(
      refusals: number,
      {
        guest,
        refusal = new Forbidden('network has active endpoints', { code: 'ENGINE_REFUSED' }),
      }: { readonly guest?: string; readonly refusal?: EngineError } = {},
    ): Promise<{
      readonly outcome: ApplyOutcome;
      readonly warnings: readonly string[];
      readonly networks: readonly string[];
    }> {
      const engine = engineWithImages();
      await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
      if (guest !== undefined) {
        const { id } = await engine.createContainer(
          guest,
          plainContainer('demo/db:latest', {
            network: { mode: 'network', name: 'dockerops-demo', aliases: [], links: [] },
          }),
        );
        await engine.startContainer(id);
      }
      const warnings: string[] = [];
      const context = await contextOn(engine, {
        progress: (event) => {
          if (event.type === 'warning') warnings.push(event.text);
        },
      });
      const cleaning = planClean(project, await observe(engine), 'all');
      for (let count = 0; count < refusals; count += 1) engine.failNext('removeNetwork', 1, refusal);
      return {
        outcome: await apply(cleaning, context),
        warnings,
        networks: (await observe(engine)).networks.map(({ name }) => name),
      };
    }

    it('is tried again while the engine is still at it', async () => {
      const { outcome, warnings, networks } = await cleanNetwork(2);
      expect([outcome.failures, warnings, networks]).to.deep.equal([[], [], []]);
    });

    it('stays with a warning when nobody is on it', async () => {
      const { outcome, warnings, networks } = await cleanNetwork(3);
      expect([outcome.failures, networks]).to.deep.equal([[], ['dockerops-demo']]);
      expect(warnings).to.deep.equal([
        'network dockerops-demo is not removed and will be used by the next run: no container is connected to it, ' +
          'but the engine refuses to remove it (network has active endpoints). ' +
          'Restart the engine, then run dockerops clean:all',
      ]);
    });

    it('is a failure for any other reason', async () => {
      const { outcome, warnings } = await cleanNetwork(1, {
        refusal: new EngineError('the disk is full', { code: 'ENGINE_REFUSED' }),
      });
      expect([outcome.failures.map(({ error }) => error.message), warnings]).to.deep.equal([['the disk is full'], []]);
    });

    it('is a failure that names who is on it', async () => {
      const { outcome, networks } = await cleanNetwork(0, { guest: 'guest' });
      expect(networks).to.deep.equal(['dockerops-demo']);
      const [failure] = outcome.failures;
      expect(failure?.error)
        .to.be.instanceOf(OperationFailed)
        .with.deep.include({
          message: 'network dockerops-demo is in use by guest',
          suggestions: ['docker network disconnect dockerops-demo guest'],
        });
    });
  });
});

describe('the lock of a project', () => {
  const one = (): Desired => desired([spec('db', 'one')]);
  const holder = (pid: number): string =>
    JSON.stringify({
      user: 'bob',
      hostname: 'host',
      machine: 'm1',
      pid,
      processStart: '1',
      command: 'dockerops build:all',
      since: '2026-01-01T00:00:00.000Z',
    });

  async function lockedBy(pid: number): Promise<FakeEngine> {
    const engine = engineWithImages();
    await engine.createContainer(
      'dockerops-lock-project-demo',
      plainContainer('dockerops/empty:1', {
        labels: { 'dockerops.project': 'demo', 'dockerops.kind': 'lock', 'dockerops.lock_holder': holder(pid) },
        network: { mode: 'none' },
      }),
    );
    return engine;
  }

  it('is taken over from a command that is no longer there', async () => {
    const engine = await lockedBy(1);
    const notices: string[] = [];
    const outcome = await apply(
      await plan(engine, one()),
      await contextOn(engine, {
        isProcessRunning: () => false,
        progress: (event) => {
          if (event.type === 'notice') notices.push(event.text);
        },
      }),
    );
    expect(outcome.failures).to.deep.equal([]);
    expect(notices[0]).to.contain('bob@host (pid 1)');
    expect(names(engine)).to.deep.equal(['demo-db-one']);
  });

  it('waits for one that works, and goes on when it is released', async () => {
    const engine = await lockedBy(2);
    const lock = [...engine.containers.values()][0]?.id ?? '';
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    const context = await contextOn(engine, {
      progress: (event) => {
        if (event.type === 'operation' && event.state === 'waiting') resolve();
      },
    });
    const applied = apply(await plan(engine, one()), context);
    await waiting;
    expect(names(engine)).to.deep.equal(['dockerops-lock-project-demo']);
    await engine.removeContainer(lock);
    expect((await applied).failures).to.deep.equal([]);
  });

  describe('on an engine whose disk is full', () => {
    const full = engineError('create container', {
      status: 500,
      message: 'write /var/lib/docker/x: No space left on device',
    });

    it('stops and removes without the lock, and says so', async () => {
      const engine = engineWithImages();
      await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
      engine.failNext('createContainer', 1, full);
      const events: ProgressEvent[] = [];
      const clean = planClean(project, await observe(engine), 'all');
      const outcome = await apply(clean, await contextOn(engine, { progress: (event) => events.push(event) }));
      expect(outcome.failures).to.deep.equal([]);
      expect(names(engine)).to.deep.equal([]);
      const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.text] : []));
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.include('disk').and.include(engine.address);
    });

    it('creates nothing without the lock', async () => {
      const engine = engineWithImages();
      engine.failNext('createContainer', 1, full);
      const outcome = await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
      expect(outcome.failures[0]?.error).to.have.property('code', 'LOCK_NO_SPACE');
      expect(names(engine)).to.deep.equal([]);
    });

    it('does not take the lock of another command for a lack of space', async () => {
      const engine = engineWithImages();
      await apply(await plan(engine, desired([spec('db', 'one')])), await contextOn(engine));
      const clean = planClean(project, await observe(engine), 'all');
      engine.failNext('createContainer', 1, new Conflict('the name is in use', { code: 'CONFLICT' }));
      engine.failNext('inspectContainer', 1, full);
      const outcome = await apply(clean, await contextOn(engine));
      expect(outcome.failures).to.have.length(1);
      expect(names(engine)).to.deep.equal(['demo-db-one']);
    });
  });

  describe('operations that follow others', () => {
    const wanted = desired([spec('demo', 'one', { sleepSeconds: 1 }), spec('demo', 'two'), spec('demo', 'three')]);
    const inOrder = async (engine: FakeEngine): Promise<Plan> =>
      planRun(wanted, await observe(engine), facts, { ...runOptions, wait: false, inOrder: true });

    /** Calls `onStart` with the name of each instance before it starts. */
    function engineThat(onStart: (instance: string) => Promise<void> | void): FakeEngine {
      const engine = engineWithImages();
      const names = new Map<string, string>();
      const create = engine.createContainer.bind(engine);
      engine.createContainer = async (name, config) => {
        const made = await create(name, config);
        names.set(made.id, name.replace('demo-demo-', ''));
        return made;
      };
      const start = engine.startContainer.bind(engine);
      engine.startContainer = async (id) => {
        await onStart(names.get(id) ?? id);
        await start(id);
      };
      return engine;
    }

    it('begin when those have begun, and behind a wait when it has ended', async () => {
      const started: string[] = [];
      const third = Promise.withResolvers<void>();
      const engine = engineThat(async (instance) => {
        started.push(instance);
        if (instance === 'two') await third.promise;
        if (instance === 'three') third.resolve();
      });
      const done: string[] = [];
      const context = await contextOn(engine, {
        progress: (event) => {
          if (event.type === 'operation' && event.state === 'done') done.push(event.operation);
        },
      });
      const { failures } = await apply(await inOrder(engine), context);
      expect([failures, started]).to.deep.equal([[], ['one', 'two', 'three']]);
      expect(done.indexOf('sleep demo-one')).to.be.lessThan(done.indexOf('start demo-two'));
    });

    it('begin also when those fail or are skipped', async () => {
      const engine = engineThat((instance) => {
        if (instance === 'one') throw new EngineError('no', { code: 'ENGINE' });
      });
      const { outcomes } = await apply(await inOrder(engine), await contextOn(engine));
      const stateOf = (id: string): unknown => outcomes.get(id)?.state;
      expect(['start demo-one', 'sleep demo-one', 'start demo-two', 'start demo-three'].map(stateOf)).to.deep.equal([
        'failed',
        'skipped',
        'done',
        'done',
      ]);
    });
  });
});
