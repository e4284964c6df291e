import { expect } from 'chai';
import { KeyMirrors } from '../../../../src/lib/daemons/registrator/key-mirrors.ts';
import { DirectoryDenied } from '../../../../src/lib/directories/directory-errors.ts';
import type { Snapshot } from '../../../../src/lib/directories/key-space.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { MemoryKeySpace } from '../../../support/memory-key-space.ts';

describe('the mirrors of keys', () => {
  it('read, follow and note what is written, also when the prefix becomes wider', async () => {
    const keys = new MemoryKeySpace();
    const over = new AbortController();
    const options = { clock: new FakeClock(), onChange: () => {}, onBreak: () => {} };
    const mirrors = new KeyMirrors(keys, options, over.signal);
    await keys.transact({ compare: [], success: [{ put: '/a/b/one', value: '1' }] });
    await mirrors.cover(['/a/b/one']);
    expect(mirrors.get('/a/b/one')?.value).to.equal('1');
    await mirrors.cover(['/a/b/one', '/a/c/two']);
    expect(mirrors.get('/a/b/one')?.value).to.equal('1');
    const { version } = mirrors;
    await mirrors.transact({ compare: [], success: [{ put: '/a/c/two', value: '2' }] });
    expect(mirrors.get('/a/c/two')?.value).to.equal('2');
    expect(mirrors.version).to.be.above(version);
    over.abort();
  });
});

describe('the watches of mirrors', () => {
  /** Knows which prefixes are watched, and which may not be read. */
  class Watched extends MemoryKeySpace {
    readonly open = new Set<string>();
    readonly denied = new Set<string>();

    override async read(prefix: string, signal?: AbortSignal): Promise<Snapshot> {
      const denied = [...this.denied].find((each) => each.startsWith(prefix) || prefix.startsWith(each));
      if (denied !== undefined) throw new DirectoryDenied(`read ${prefix}: denied`, { code: 'DENIED' });
      return super.read(prefix, signal);
    }

    override async *watch(from: Snapshot, signal: AbortSignal): ReturnType<MemoryKeySpace['watch']> {
      this.open.add(from.prefix);
      yield* super.watch(from, signal);
      this.open.delete(from.prefix);
    }
  }

  let keys: Watched;
  let clock: FakeClock;
  let over: AbortController;
  let broken: unknown[];
  let mirrors: KeyMirrors;

  beforeEach(() => {
    [keys, clock, over, broken] = [new Watched(), new FakeClock(), new AbortController(), []];
    const onBreak = (error: unknown): void => void broken.push(error);
    mirrors = new KeyMirrors(keys, { clock, onChange: () => {}, onBreak }, over.signal);
  });
  afterEach(() => {
    over.abort();
  });

  async function open(): Promise<readonly string[]> {
    await clock.turn(0);
    return [...keys.open].sort();
  }

  it('end when no key needs them, but for those that were asked for by their prefix', async () => {
    await mirrors.current('/claims/', over.signal);
    await mirrors.cover(['/a/1', '/b/1']);
    expect(await open()).to.deep.equal(['/a/1', '/b/1', '/claims/']);
    await mirrors.cover(['/b/1']);
    expect(await open()).to.deep.equal(['/b/1', '/claims/']);
    await mirrors.cover([]);
    expect(await open()).to.deep.equal(['/claims/']);
  });

  it('are at most 64, however many first parts the keys have', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `/c${String(index)}/x`);
    await keys.transact({ compare: [], success: [{ put: '/c499/x', value: '1' }] });
    await mirrors.cover(many);
    expect((await open()).length).to.be.within(1, 64);
    expect(mirrors.get('/c499/x')?.value).to.equal('1');
  });

  it('leave out what may not be read, say why, and try it again after a minute', async () => {
    keys.denied.add('/a/no/');
    const all = ['/a/ok/1', '/a/ok/2', '/a/no/1', '/b/1'];
    const denied = await mirrors.cover(all);
    expect([...denied.keys()]).to.deep.equal(['/a/no/1']);
    expect(denied.get('/a/no/1')?.message).to.equal('read /a/no/1: denied');
    expect(await open()).to.deep.equal(['/a/ok/', '/b/1']);
    expect(broken).to.deep.equal([]);
    keys.denied.clear();
    expect((await mirrors.cover(all)).size).to.equal(1);
    await clock.turn(60_000);
    expect((await mirrors.cover(all)).size).to.equal(0);
  });

  it('do not undo what they have already shown, when a write is noted late', async () => {
    await mirrors.cover(['/a/1']);
    const write = keys.transact.bind(keys);
    keys.transact = async (transaction, signal) => {
      const result = await write(transaction, signal);
      await write({ compare: [], success: [{ put: '/a/1', value: 'newer' }] });
      await clock.turn(0);
      return result;
    };
    await mirrors.transact({ compare: [], success: [{ put: '/a/1', value: 'ours' }] });
    expect(mirrors.get('/a/1')?.value).to.equal('newer');
  });
});
