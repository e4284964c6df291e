import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { docker } from '../support/docker.ts';
import { findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { eventually } from '../support/eventually.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import type { TestRegistrator } from '../support/registrator.ts';
import { RegistratorWorld } from '../support/registrator-world.ts';

describe('dockerops registrator', function () {
  this.timeout(90_000);
  let etcd: TestEtcd;
  let world: RegistratorWorld;

  before(async function () {
    const program = findEtcd('3.5');
    const engine = await findTestEngine();
    if (program === undefined || engine === undefined) return this.skip();
    await ensureTestImage(engine);
    etcd = await startEtcd(program);
  });
  after(() => etcd[Symbol.asyncDispose]());
  beforeEach(async () => {
    world = await RegistratorWorld.open(etcd, (await findTestEngine())!);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  async function running(registrator: TestRegistrator): Promise<void> {
    await registrator.until(({ state }) => expect(state).to.equal('Running'));
  }
  async function cli(...words: readonly string[]): Promise<CliResult> {
    return dockerops(['registrator', ...words], { cwd: world.directory });
  }

  it('follows containers, and tells what it does', async () => {
    const registrator = world.start('a');
    await running(registrator);
    await world.startContainer('one');
    const address = await world.address('one');
    await world.until((visible) => expect(visible).to.deep.equal({ one: address }));
    const state = await registrator.state();
    expect(state.keys).to.deep.equal({ [`${world.root}/one`]: address });
    expect(state.policies['test']).to.deep.include({ configurations: [], keys: 1, errors: [] });
    expect(state.lease?.secondsLeft).to.be.within(1, 5);
    expect((await registrator.page('/_health')).status).to.equal(204);
    const { text } = await registrator.page('/metrics');
    for (const name of ['keys 1', 'conflicts 0', 'etcd_breaks_total 0', 'lease_seconds_left', 'passes_total'])
      expect(text).to.contain(`dockerops_registrator_${name}`);
    await docker('rename', `${world.run.prefix}one`, `${world.run.prefix}two`);
    await world.until((visible) => expect(visible).to.deep.equal({ two: address }));
    await docker('kill', `${world.run.prefix}two`);
    await world.until((visible) => expect(visible).to.deep.equal({}));
    expect(await registrator.end('SIGTERM')).to.equal(0);
  });

  it('killed and started again, goes on with the same lease, and writes nothing', async () => {
    const first = world.start('a');
    await world.startContainer('one');
    await world.until((visible) => expect(visible).to.have.property('one'));
    const before = await world.entries();
    await first.end('SIGKILL');
    const second = world.start('a');
    await running(second);
    expect((await second.state()).lease?.id).to.equal(before[0]?.lease);
    await world.startContainer('two');
    await world.until((visible) => expect(visible).to.have.property('two'));
    expect((await world.entries()).filter(({ key }) => key.endsWith('/one'))).to.deep.equal(before);
  });

  it('a second one of the same name stands by until the first has ended', async () => {
    const [first, second] = [world.start('a'), world.start('a')];
    const states = async (): Promise<readonly string[]> =>
      [(await first.state()).state, (await second.state()).state].sort();
    await eventually(async () => expect(await states()).to.deep.equal(['Running', 'StandingBy']));
    const [leader, other] = (await first.state()).state === 'Running' ? [first, second] : [second, first];
    expect((await other.page('/_health')).status).to.equal(503);
    await leader.end('SIGKILL');
    await running(other);
  });

  it('with --drain removes keys when the stop of a container begins', async () => {
    const registrator = world.start('a', ['--drain']);
    await running(registrator);
    await docker(
      'run',
      '-d',
      '--label',
      labelOf(),
      '--name',
      `${world.run.prefix}slow`,
      'dops-test/busybox',
      'sh',
      '-c',
      'trap "" TERM; while :; do sleep 0.1; done',
    );
    await world.until((visible) => expect(visible).to.have.property('slow'));
    const stopping = docker('stop', '-t', '4', `${world.run.prefix}slow`);
    await world.until((visible) => expect(visible).to.deep.equal({}), 2000);
    expect((await world.engine.inspectContainer(`${world.run.prefix}slow`)).state).to.equal('running');
    await stopping;
  });

  it('with --withdraw removes its keys at SIGTERM', async () => {
    const registrator = world.start('a', ['--withdraw']);
    await world.startContainer('one');
    await world.until((visible) => expect(visible).to.have.property('one'));
    expect(await registrator.end('SIGTERM')).to.equal(0);
    expect(await world.visible()).to.deep.equal({});
  });

  it('shows what it would write, with and without etcd', async () => {
    await world.startContainer('one');
    const address = await world.address('one');
    const line = `${world.root}/one ${address}`;
    const without = await cli('--policies', '.', '--etcd', 'http://127.0.0.1:1', '--dry-run');
    expect([without.code, without.stdout]).to.deep.equal([0, `${line}\n`]);
    const withEtcd = await cli(...world.words('a'), '--dry-run');
    expect([withEtcd.code, withEtcd.stdout]).to.deep.equal([0, `+ ${line}\n`]);
    expect(await world.visible()).to.deep.equal({});
    const json = JSON.parse((await cli(...world.words('a'), '--dry-run', '--json')).stdout) as object;
    expect(json).to.deep.include({ changes: [{ mark: '+', key: `${world.root}/one`, value: address }] });
  });

  it('runs once: its keys outlive it by one ttl, or stay', async () => {
    await world.startContainer('one');
    const once = await cli(...world.words('a'), '--once', '--ttl', '5s');
    expect(once.code, once.stderr).to.equal(0);
    expect(once.stdout).to.match(/^1 key; it stays for [45] s\n$/);
    expect(Object.keys(await world.visible())).to.deep.equal(['one']);
    await world.until((visible) => expect(visible).to.deep.equal({}));
    const stay = await cli(...world.words('a'), '--once', '--ttl', '0');
    expect(stay.stdout).to.equal('1 key; it stays until it is deleted\n');
    expect((await world.entries()).map(({ lease }) => lease)).to.deep.equal([undefined]);
    await world.removeContainer('one');
    await cli(...world.words('a'), '--once', '--ttl', '0');
    expect(await world.visible()).to.deep.equal({});
    expect(await world.entries(`/dockerops/claims/${encodeURIComponent(world.root)}`)).to.deep.equal([]);
    await writeFile(join(world.directory, 'bad.mjs'), 'export const container = () => "test";');
    await world.startContainer('one');
    const failed = await cli(...world.words('a'), '--once');
    expect(failed.code).to.equal(1);
    expect(failed.stdout).to.contain('expected an object, got string "test"');
  });

  it('reads policies and configurations again at SIGHUP, and keeps the old ones when the new are wrong', async () => {
    const registrator = world.start('a');
    await world.startContainer('one');
    const address = await world.address('one');
    await world.until((visible) => expect(visible).to.deep.equal({ one: address }));
    await world.writePolicy("'now ' + c.networkIp('bridge')");
    registrator.signal('SIGHUP');
    await world.until((visible) => expect(visible).to.deep.equal({ one: `now ${address}` }));
    await world.writePolicy('} syntax');
    registrator.signal('SIGHUP');
    await eventually(() => expect(registrator.log).to.contain('stay as they were'));
    await world.startContainer('two');
    await world.until((visible) => expect(visible).to.have.property('two'));
    expect((await world.visible())['one']).to.equal(`now ${address}`);
  });

  it('reads registrator.json again at SIGHUP: what has changed in it takes effect, and no key is missing', async () => {
    const config = join(world.directory, 'registrator.json');
    const write = (settings: object): Promise<void> => writeFile(config, JSON.stringify(settings));
    await write({ ttl: '5s', withdraw: true });
    const registrator = world.start('a', ['--config', config], {}, ['--ttl']);
    await world.startContainer('one');
    await world.until((visible) => expect(visible).to.have.property('one'));
    const [before] = await world.entries();
    const gaps: string[] = [];
    const over = new AbortController();
    const watching = (async () => {
      for await (const { changes } of world.keys.watch(await world.keys.read(`${world.root}/`), over.signal))
        for (const { key, entry } of changes) if (entry === undefined) gaps.push(key);
    })();
    await write({ ttl: '20s', withdraw: true });
    registrator.signal('SIGHUP');
    await eventually(async () => expect((await registrator.state()).lease?.secondsLeft).to.be.within(6, 20));
    await eventually(async () => expect((await world.entries())[0]?.lease).not.to.equal(before?.lease));
    await write({ ttl: 'soon', withdraw: true });
    registrator.signal('SIGHUP');
    await eventually(() => expect(registrator.log).to.match(/registrator\.json:1:.*keeping the earlier ones/));
    await world.startContainer('two');
    await world.until((visible) => expect(visible).to.have.property('two'));
    over.abort();
    await watching;
    expect(gaps).to.deep.equal([]);
    expect(await registrator.end('SIGTERM')).to.equal(0);
    expect(await world.visible()).to.deep.equal({});
  });

  it('a machine that sleeps longer than the lease has its keys again when it wakes up', async () => {
    const registrator = world.start('a');
    await world.startContainer('one');
    await world.until((visible) => expect(visible).to.have.property('one'));
    registrator.signal('SIGSTOP');
    await world.until((visible) => expect(visible).to.deep.equal({}));
    registrator.signal('SIGCONT');
    await world.until((visible) => expect(visible).to.have.property('one'));
    await running(registrator);
  });

  it('a bundled policy takes configurations from files and from etcd', async () => {
    await mkdir(join(world.directory, 'services', 'skydns'), { recursive: true });
    const file = join(world.directory, 'services', 'skydns', 'kontena-local.json');
    await writeFile(file, '{"domain":"kontena.local","network":"bridge"}');
    await docker(
      'run',
      '-d',
      '--label',
      labelOf(),
      '--name',
      `${world.run.prefix}dns`,
      '--hostname',
      `${world.run.prefix}dns`,
      'dops-test/busybox',
      'sleep',
      '100',
    );
    const line = `/skydns/local/kontena/${world.run.prefix}dns {"host":"${await world.address('dns')}"}`;
    const shown = await cli('--policy', 'skydns', '--services', 'services', '--dry-run');
    expect(shown.stdout.split('\n')).to.include(line);
    const words = ['--policy', 'skydns', '--services', join(world.directory, 'services')];
    const registrator = world.start('dns', words, { SKYDNS_NETWORK: 'bridge' });
    await running(registrator);
    expect((await registrator.state()).notices.join('\n')).to.contain('kontena-local.json: not used');
    const key = `/kontena/registrator/services/skydns/${world.run.prefix}x`;
    const put = async (value: string): Promise<void> => {
      await world.keys.transact({ compare: [], success: [{ put: key, value }] });
    };
    const own = async (domain: string): Promise<number> =>
      (await world.keys.read(`/skydns/${domain}/`)).entries.filter(({ key: each }) => each.includes(world.run.prefix))
        .length;
    await put('{"domain":"one.dops-test"}');
    await eventually(async () => expect(await own('dops-test/one')).to.equal(1));
    await put('{"domain":"two.dops-test"}');
    await eventually(async () =>
      expect([await own('dops-test/one'), await own('dops-test/two')]).to.deep.equal([0, 1]),
    );
    await put('{"domain":');
    await registrator.until(({ policies }) => expect(policies['skydns']?.errors[0]?.where).to.contain(`${key}:1:`));
    expect(await own('dops-test/two')).to.equal(1);
    await world.keys.transact({ compare: [], success: [{ delete: key }] });
    await eventually(async () => expect(await own('dops-test/two')).to.equal(0));
  });

  it('says at once everything that is wrong, with its place', async () => {
    await writeFile(join(world.directory, 'skydns.rb'), 'x');
    await writeFile(join(world.directory, 'broken.mjs'), 'export const x = 1;\nexport const = 2;');
    await writeFile(
      join(world.directory, 'schema.mjs'),
      'export const container = () => null;\nexport const configSchema = 5;',
    );
    const wrong = await cli(
      '--policies',
      '.',
      '--policy',
      'skydn',
      '--ttl',
      '1s',
      '--etcd',
      'etcd:2379',
      '--services',
      'nowhere',
    );
    expect(wrong.code).to.equal(2);
    for (const text of [
      /--ttl .*from 5s to 1h/,
      /--etcd .*"etcd:2379" is not an address of etcd/,
      /--services .*nowhere/,
      /skydns\.rb .*docs\/porting-policies\.md/,
      /this one comes with dockerops: --policy skydns/,
      /broken\.mjs:2 .*Unexpected token/,
      /schema\.mjs:2 .*configSchema is not an object/,
      /no policy "skydn"/,
    ])
      expect(wrong.stderr).to.match(text);
    const none = await cli();
    expect([none.code, none.stderr]).to.deep.equal([
      2,
      'error: --policy is missing, and so is --policies\n-> give --policy NAME, or --policies with a folder\n',
    ]);
  });

  function labelOf(): string {
    return Object.entries(world.run.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join();
  }
});
