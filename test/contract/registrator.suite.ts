import { expect } from 'chai';
import { claimKey } from '../../src/lib/plan/keys/claim-keys.ts';
import type { KeySpace } from '../../src/lib/directories/key-space.ts';
import { eventually } from '../support/eventually.ts';
import type { FakeEngine } from '../support/fake-engine.ts';
import {
  RegistratorLab,
  startContainer,
  type LabOptions,
  type RunningRegistrator,
} from '../support/registrator-lab.ts';

export interface RegistratorSubject {
  /** A connection of its own, to keys that begin with `/`. */
  open(): KeySpace;
  /** Of leases, in seconds. */
  readonly ttl: string;
}

/** Publishes `KEY` with `VALUE` of running containers; a `THROW` of the environment is thrown. */
const policy = `export function container(c) {
  if (c.env.THROW !== undefined) throw new Error(c.env.THROW);
  if (c.env.ANSWER !== undefined) return c.env.ANSWER;
  if (c.state !== 'running' || c.env.KEY === undefined) return null;
  return { [c.env.KEY]: c.env.VALUE ?? null };
}`;

/** Rules 0 to 4 of registrators that share a directory. */
export function registratorRules(subject: () => RegistratorSubject): void {
  let lab: RegistratorLab;
  let keys: KeySpace;
  let root: string;

  beforeEach(async () => {
    lab = await RegistratorLab.open();
    keys = subject().open();
    root = `/dops-test-${crypto.randomUUID().slice(0, 8)}`;
    await lab.write('test.mjs', policy);
  });
  afterEach(async () => {
    await lab[Symbol.asyncDispose]();
    keys[Symbol.dispose]();
  });

  async function start(name: string, more: Partial<LabOptions> = {}): Promise<RunningRegistrator> {
    const flags = { ttl: subject().ttl, 'claims-prefix': `${root}-claims`, ...more.flags };
    return lab.start(subject().open(), { name: `${root.slice(1)}-${name}`, ...more, flags });
  }
  async function run(engine: FakeEngine, container: string, value?: string, key = 'x'): Promise<string> {
    return startContainer(engine, container, [
      `KEY=${root}/${key}`,
      ...(value === undefined ? [] : [`VALUE=${value}`]),
    ]);
  }
  async function visible(): Promise<Readonly<Record<string, string>>> {
    const { entries } = await keys.read(`${root}/`);
    return Object.fromEntries(entries.map(({ key, value }) => [key.slice(root.length + 1), value]));
  }
  async function becomes(expected: Readonly<Record<string, string>>, limitMs?: number): Promise<void> {
    await eventually(async () => expect(await visible()).to.deep.equal(expected), limitMs);
  }
  async function claims(): Promise<readonly string[]> {
    return (await keys.read(`${root}-claims/`)).entries.map(({ key }) => key);
  }

  it('rule 0: a key has the value of its container, follows it, and goes with it', async () => {
    const { engine } = await start('a');
    const id = await run(engine, 'one', '1');
    await becomes({ x: '1' });
    expect(await claims()).to.deep.equal([claimKey(`${root}-claims`, `${root}/x`, `${root.slice(1)}-a`)]);
    await engine.removeContainer(id, { force: true });
    await run(engine, 'one', '2');
    await becomes({ x: '2' });
    engine.exitContainer([...engine.containers.keys()][0]!, 0);
    await becomes({});
    expect(await claims()).to.deep.equal([]);
  });

  it('rule 0: keys of a registrator that has ended expire', async () => {
    const { engine, stop } = await start('a');
    await run(engine, 'one', '1');
    await becomes({ x: '1' });
    await stop();
    expect(await visible()).to.deep.equal({ x: '1' });
    await becomes({}, 40_000);
  });

  it('rule 1: a key stays as long as one of its containers has it', async () => {
    const { engine } = await start('a');
    const [one, two] = [await run(engine, 'one', '1'), await run(engine, 'two', '1')];
    await becomes({ x: '1' });
    const before = (await keys.read(`${root}/x`)).entries[0];
    await run(engine, 'three', '3', 'y');
    engine.exitContainer(one, 0);
    await becomes({ x: '1', y: '3' });
    expect((await keys.read(`${root}/x`)).entries[0]).to.deep.equal(before);
    engine.exitContainer(two, 0);
    await becomes({ y: '3' });
  });

  it('rule 2: of different values the smallest is taken, with a warning, until they agree', async () => {
    const { engine, registrator } = await start('a');
    const [, smaller] = [await run(engine, 'one', '2'), await run(engine, 'two', '1')];
    await becomes({ x: '1' });
    expect(registrator.status.conflicts).to.have.length(1);
    expect(registrator.status.conflicts[0]).to.match(/container two .* asks for 1, container one .* asks for 2/);
    engine.exitContainer(smaller, 0);
    await becomes({ x: '2' });
    await eventually(() => expect(registrator.status.conflicts).to.deep.equal([]));
  });

  it('rule 3: a key of two registrators stays when one of them gives it up, without a gap', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const own = await run(a.engine, 'one', '1');
    await becomes({ x: '1' });
    await run(b.engine, 'one', '1');
    await eventually(async () => expect(await claims()).to.have.length(2));
    const gaps = await watchGaps(async () => {
      a.engine.exitContainer(own, 0);
      await eventually(async () => expect(await claims()).to.have.length(1));
    });
    expect(gaps).to.deep.equal([]);
    expect(await visible()).to.deep.equal({ x: '1' });
  });

  it('rule 3: a key of two registrators is put again within 2 s when the lease of one ends', async () => {
    const [a, b] = [await start('a'), await start('b')];
    for (const { engine } of [a, b]) await run(engine, 'one', '1');
    await becomes({ x: '1' });
    await eventually(async () => expect(await claims()).to.have.length(2));
    const { lease } = (await keys.read(`${root}/x`)).entries[0]!;
    const holder = [a, b].find(({ registrator }) => registrator.status.lease?.id === lease)!;
    await holder.stop();
    const [, missingMs] = await missing(async () => {
      await keys.revoke(lease!);
      await eventually(async () => expect((await keys.read(`${root}/x`)).entries[0]?.lease).not.to.equal(lease));
      await becomes({ x: '1' });
    });
    expect(missingMs).to.be.below(2000);
  });

  it('rule 4: of different values of registrators the smallest is visible, and nobody takes turns', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    await run(a.engine, 'one', '2');
    await becomes({ x: '2' });
    const smallest = await run(b.engine, 'one', '1');
    await run(c.engine, 'one', '3');
    await becomes({ x: '1' });
    await eventually(async () => expect(await claims()).to.have.length(3));
    const { modified } = (await keys.read(`${root}/x`)).entries[0]!;
    await run(c.engine, 'two', 'other', 'y');
    await becomes({ x: '1', y: 'other' });
    expect((await keys.read(`${root}/x`)).entries[0]?.modified).to.equal(modified);
    b.engine.exitContainer(smallest, 0);
    await becomes({ x: '2', y: 'other' });
    await a.stop();
    await becomes({ x: '3', y: 'other' }, 40_000);
  });

  it('a key of somebody else is left alone, or taken over', async () => {
    await keys.transact({ compare: [], success: [{ put: `${root}/x`, value: 'theirs' }] });
    const a = await start('a');
    await run(a.engine, 'one', 'ours');
    await run(a.engine, 'two', 'ours', 'y');
    await becomes({ x: 'theirs', y: 'ours' });
    expect(a.registrator.status.conflicts[0]).to.contain(`${root}/x was written by somebody else`);
    await a.stop();
    await start('b', { engine: a.engine, flags: { adopt: true } });
    await becomes({ x: 'ours', y: 'ours' });
  });

  it('two registrators of one name: the second stands by, and goes on when the first has ended', async () => {
    const a = await start('a');
    await run(a.engine, 'one', '1');
    await becomes({ x: '1' });
    // In this process, it would recognize the lock as its own.
    await a.stop();
    const lockKey = `/dockerops/registrators/${root.slice(1)}-a`;
    const lock = (await keys.read(lockKey)).entries[0]!;
    const foreign = JSON.stringify({ registrator: 'somebody', machine: 'another', pid: 1 });
    await keys.transact({ compare: [], success: [{ put: lockKey, value: foreign, lease: lock.lease! }] });
    const second = await start('a', { engine: a.engine });
    await eventually(() => expect(second.registrator.status.state).to.equal('StandingBy'));
    expect(await visible()).to.deep.equal({ x: '1' });
    await eventually(() => expect(second.registrator.status.state).to.equal('Running'), 40_000);
    await becomes({ x: '1' });
  });

  it('the lease of an earlier process is continued, and with another ttl replaced without a gap', async () => {
    const first = await start('a');
    await run(first.engine, 'one', '1');
    await run(first.engine, 'two', '2', 'y');
    await becomes({ x: '1', y: '2' });
    const { lease } = (await keys.read(`${root}/x`)).entries[0]!;
    await first.stop();
    const again = await start('a', { engine: first.engine });
    await eventually(() => expect(again.registrator.status.state).to.equal('Running'));
    expect(again.registrator.status.lease?.id).to.equal(lease);
    await again.stop();
    const gaps = await watchGaps(async () => {
      const other = await start('a', { engine: first.engine, flags: { ttl: '20s' } });
      await eventually(() => expect(other.registrator.status.state).to.equal('Running'));
      const { id, secondsLeft } = other.registrator.status.lease!;
      expect(id).not.to.equal(lease);
      expect(secondsLeft).to.be.within(10, 40);
      await eventually(async () => expect(await keys.keepAlive(lease!)).to.equal(undefined));
      expect((await keys.read(`${root}/`)).entries.map((entry) => entry.lease)).to.deep.equal([id, id]);
    });
    expect(gaps).to.deep.equal([]);
    await becomes({ x: '1', y: '2' });
  });

  it('claims that are elsewhere now take the keys over without a gap', async () => {
    const first = await start('a');
    await run(first.engine, 'one', '1');
    await becomes({ x: '1' });
    await first.stop();
    const gaps = await watchGaps(async () => {
      await start('a', { engine: first.engine, flags: { 'claims-prefix': `${root}-others` } });
      await eventually(async () => expect(await claims()).to.deep.equal([]));
    });
    expect(gaps).to.deep.equal([]);
    await becomes({ x: '1' });
    expect((await keys.read(`${root}-others/`)).entries).to.have.length(1);
  });

  it('keys beside the lock of a registrator leave the lock alone', async () => {
    const { engine, registrator } = await start('a');
    const other = `/dockerops/test${root.slice(1)}`;
    await startContainer(engine, 'one', [`KEY=${other}`, 'VALUE=1']);
    await startContainer(engine, 'two', [`KEY=/dockerops/x/${root.slice(1)}`, 'VALUE=1']);
    const lockKey = `/dockerops/registrators/${root.slice(1)}-a`;
    for (const each of [other, `/dockerops/x/${root.slice(1)}`])
      await eventually(async () => expect((await keys.read(each)).entries).to.have.length(1));
    await eventually(() => expect(registrator.status.state).to.equal('Running'));
    const [lock] = (await keys.read(lockKey)).entries;
    expect(lock?.lease).to.equal(registrator.status.lease?.id);
    await run(engine, 'three', '3');
    await becomes({ x: '3' });
    expect((await keys.read(lockKey)).entries).to.deep.equal([lock]);
  });

  it('keys that are withdrawn at the end go at once, to the next registrator without a gap', async () => {
    const [a, b] = [await start('a', { flags: { withdraw: true } }), await start('b')];
    await run(a.engine, 'one', '1');
    await run(a.engine, 'two', '2', 'y');
    await becomes({ x: '1', y: '2' });
    await run(b.engine, 'one', '1');
    await eventually(async () => expect(await claims()).to.have.length(3));
    expect(await watchGaps(() => a.stop())).to.deep.equal([]);
    expect(await visible()).to.deep.equal({ x: '1' });
    expect(await claims()).to.have.length(1);
  });

  it('a policy that fails keeps its last keys for one ttl, and nothing else is affected', async () => {
    const { engine, registrator } = await start('a');
    const id = await run(engine, 'one', '1');
    await run(engine, 'two', '2', 'y');
    await becomes({ x: '1', y: '2' });
    (engine.containers.get(id)!.config.environment as string[]).push('THROW=broken');
    await engine.renameContainer(id, 'renamed');
    await eventually(() => expect(registrator.status.policies['test']?.errors).to.have.length(1));
    expect(registrator.status.policies['test']?.errors[0]).to.include({ container: 'renamed', message: 'broken' });
    await run(engine, 'three', '3', 'z');
    await becomes({ x: '1', y: '2', z: '3' });
    await becomes({ y: '2', z: '3' }, 20_000);
    expect(registrator.status.state).to.equal('Running');
  });

  /** Milliseconds during which the key x was missing, with the outcome of the work. */
  async function missing<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
    let [isOver, since, longest] = [false, Infinity, 0];
    const watching = (async () => {
      while (!isOver) {
        const isThere = 'x' in (await visible());
        const now = performance.now();
        since = isThere ? Infinity : Math.min(since, now);
        longest = Math.max(longest, since === Infinity ? 0 : now - since);
      }
    })();
    const outcome = await work();
    isOver = true;
    await watching;
    return [outcome, longest];
  }

  /** Deletions of the key x during the work. */
  async function watchGaps(work: () => Promise<unknown>): Promise<readonly string[]> {
    const over = new AbortController();
    const snapshot = await keys.read(`${root}/x`);
    const gaps: string[] = [];
    const watching = (async () => {
      for await (const { changes } of keys.watch(snapshot, over.signal))
        for (const { key, entry } of changes) if (entry === undefined) gaps.push(key);
    })();
    await work();
    await eventually(async () => expect('x' in (await visible())).to.equal(true));
    over.abort();
    await watching;
    return gaps;
  }
}
