import { expect } from 'chai';
import fc from 'fast-check';
import type { KeyClaim, ObservedKey } from '../../../../src/lib/model/published-key.ts';
import { claimKey, claimsBelow, parseClaim } from '../../../../src/lib/plan/keys/claim-keys.ts';
import { planKeys, type KeysPlan } from '../../../../src/lib/plan/keys/plan-keys.ts';
import type { Operation } from '../../../../src/lib/plan/operation.ts';

const claimsPrefix = '/claims';
const limits = { operations: 100, requestBytes: 1024 * 1024 };

/** A directory of which each transaction is applied whole or not at all. */
class Directory {
  readonly entries = new Map<string, ObservedKey>();
  #revision = 0;

  plan(
    registrator: string,
    desired: Readonly<Record<string, string>>,
    more: { readonly lease?: string; readonly adopts?: boolean; readonly operations?: number } = {},
  ): KeysPlan {
    const { lease = `lease of ${registrator}`, adopts = false, operations = limits.operations } = more;
    return planKeys({
      registrator,
      claimsPrefix,
      lease,
      adopts,
      desired: Object.entries(desired).map(([key, value]) => ({ key, value, sources: [] })),
      claims: this.claims(),
      observed: new Map([...this.entries].filter(([key]) => !key.startsWith(claimsBelow(claimsPrefix)))),
      limits: { ...limits, operations },
    });
  }

  claims(): readonly KeyClaim[] {
    return [...this.entries].flatMap(([key, entry]) =>
      key.startsWith(claimsBelow(claimsPrefix)) ? (parseClaim(claimsPrefix, key, entry) ?? []) : [],
    );
  }

  /** False: a key has changed since the plan was made. */
  apply(operation: Operation): boolean {
    if (operation.kind !== 'change-keys') throw new TypeError(operation.kind);
    const { expected, writes } = operation;
    if (!expected.every(({ key, modified }) => this.entries.get(key)?.modified === modified)) return false;
    this.#revision += 1;
    for (const write of writes) {
      if ('delete' in write) this.entries.delete(write.delete);
      else {
        const { put, value, lease } = write;
        this.entries.set(put, { value, modified: String(this.#revision), ...(lease === undefined ? {} : { lease }) });
      }
    }
    return true;
  }

  run(...words: Parameters<Directory['plan']>): void {
    for (const operation of this.plan(...words).plan.operations) expect(this.apply(operation)).to.equal(true);
  }

  expire(registrator: string): void {
    for (const [key, { lease }] of this.entries) if (lease === `lease of ${registrator}`) this.entries.delete(key);
  }

  visible(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.entries].filter(([key]) => !key.startsWith('/claims/')).map(([key, { value }]) => [key, value]),
    );
  }
}

describe('the plan of keys', () => {
  let directory: Directory;
  beforeEach(() => {
    directory = new Directory();
  });

  it('a claim is not given up in the moment in which its key is given to it', () => {
    directory.run('a', { '/k': '1' });
    directory.run('b', { '/k': '2' });
    const [first, second] = [directory.plan('a', {}), directory.plan('b', {})].map(({ plan }) => plan.operations);
    expect(first!.map((operation) => directory.apply(operation))).to.deep.equal([true]);
    expect(second!.map((operation) => directory.apply(operation))).to.deep.equal([false]);
    expect(directory.entries.get('/k')?.lease).to.equal('lease of b');
    directory.run('b', {});
    expect([...directory.entries]).to.deep.equal([]);
  });

  it('a key that hangs on a lease without a claim is removed by the registrator of that lease', () => {
    directory.entries.set('/k', { value: '1', modified: '1', lease: 'lease of a' });
    directory.run('b', {});
    expect(directory.visible()).to.deep.equal({ '/k': '1' });
    directory.run('a', {});
    expect(directory.visible()).to.deep.equal({});
  });

  it('publishes a new key with its claim in one transaction, and then writes nothing', () => {
    const { plan, changes } = directory.plan('a', { '/x': '1' });
    expect(plan.operations).to.deep.equal([
      {
        id: 'publish keys 1',
        kind: 'change-keys',
        subject: 'a',
        cause: '/x differs',
        needs: [],
        expected: [{ key: '/claims/%2Fx/a' }, { key: '/x' }],
        writes: [
          { put: '/claims/%2Fx/a', value: '1', lease: 'lease of a' },
          { put: '/x', value: '1', lease: 'lease of a' },
        ],
      },
    ]);
    expect(changes).to.deep.equal([{ mark: '+', key: '/x', value: '1' }]);
    directory.run('a', { '/x': '1' });
    expect(directory.plan('a', { '/x': '1' }).plan.operations).to.deep.equal([]);
  });

  it('publishes new keys before it removes old ones', () => {
    directory.run('a', { '/old': '1' });
    const { plan, changes } = directory.plan('a', { '/new': '1' });
    expect(plan.operations.map(({ id, needs }) => [id, needs])).to.deep.equal([
      ['publish keys 1', []],
      ['remove keys 1', ['publish keys 1']],
    ]);
    expect(changes.map(({ mark, key }) => mark + key)).to.deep.equal(['+/new', '-/old']);
    directory.run('a', { '/new': '1' });
    expect(directory.visible()).to.deep.equal({ '/new': '1' });
    expect(directory.claims()).to.have.length(1);
  });

  it('rule 3: the key stays while one of two registrators still has it', () => {
    for (const name of ['a', 'b']) directory.run(name, { '/x': '1' });
    expect(directory.entries.get('/x')?.lease).to.equal('lease of a');
    directory.run('a', {});
    expect(directory.entries.get('/x')).to.include({ value: '1', lease: 'lease of b' });
    directory.run('b', {});
    expect(directory.entries.size).to.equal(0);
  });

  it('rule 3: a claim that has expired is replaced by the next one', () => {
    for (const name of ['a', 'b']) directory.run(name, { '/x': '1' });
    directory.expire('a');
    expect(directory.visible()).to.deep.equal({});
    directory.run('b', { '/x': '1' });
    expect(directory.visible()).to.deep.equal({ '/x': '1' });
  });

  it('rule 4: of different values the smallest is visible, whoever comes first', () => {
    directory.run('a', { '/x': '2' });
    directory.run('b', { '/x': '1' });
    expect(directory.entries.get('/x')).to.include({ value: '1', lease: 'lease of b' });
    for (const [name, value] of [
      ['a', '2'],
      ['b', '1'],
    ] as const)
      expect(directory.plan(name, { '/x': value }).plan.operations).to.deep.equal([]);
    directory.run('b', {});
    expect(directory.entries.get('/x')).to.include({ value: '2', lease: 'lease of a' });
  });

  it('rule 4: who makes its value the larger one gives the key away at once', () => {
    directory.run('a', { '/x': '1' });
    directory.run('b', { '/x': '2' });
    directory.run('a', { '/x': '3' });
    expect(directory.entries.get('/x')).to.include({ value: '2', lease: 'lease of b' });
  });

  it('gives nothing to a claimant that has gone meanwhile', () => {
    for (const name of ['a', 'b']) directory.run(name, { '/x': '1' });
    const [operation] = directory.plan('a', {}).plan.operations;
    directory.expire('b');
    expect(directory.apply(operation!)).to.equal(false);
  });

  it('leaves the key of somebody else alone, unless it adopts', () => {
    directory.entries.set('/x', { value: 'theirs', modified: '1' });
    const { plan, foreign } = directory.plan('a', { '/x': 'ours' });
    expect(plan.operations).to.deep.equal([]);
    expect(foreign).to.deep.equal(['/x']);
    directory.run('a', { '/x': 'ours' }, { adopts: true });
    expect(directory.visible()).to.deep.equal({ '/x': 'ours' });
  });

  it('leaves a visible key alone that somebody else has put over a claim that ends', () => {
    directory.run('a', { '/x': 'ours' });
    directory.entries.set('/x', { value: 'theirs', modified: 'later' });
    directory.run('a', {});
    expect(directory.visible()).to.deep.equal({ '/x': 'theirs' });
    expect(directory.claims()).to.deep.equal([]);
  });

  it('writes everything to a new lease', () => {
    directory.run('a', { '/x': '1' });
    directory.run('a', { '/x': '1' }, { lease: 'new' });
    expect([...directory.entries.values()].map(({ lease }) => lease)).to.deep.equal(['new', 'new']);
  });

  it('writes nothing when somebody else has its lock', () => {
    directory.entries.set('/lock', { value: 'a', modified: '7' });
    const request = {
      ...{ registrator: 'a', claimsPrefix, lease: 'l', adopts: false, limits, claims: [], observed: new Map() },
      desired: [{ key: '/x', value: '1', sources: [] }],
    };
    const [held] = planKeys({ ...request, lock: { key: '/lock', modified: '7' } }).plan.operations;
    const [lost] = planKeys({ ...request, lock: { key: '/lock', modified: '6' } }).plan.operations;
    expect(directory.apply(lost!)).to.equal(false);
    expect(directory.apply(held!)).to.equal(true);
  });

  it('keeps transactions within the limits, and the parts of one key together', () => {
    const desired = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`/x${String(index)}`, '1']));
    const { plan } = directory.plan('a', desired, { operations: 101 });
    expect(plan.operations.map((each) => each.kind === 'change-keys' && each.writes.length)).to.deep.equal([
      100, 100, 100, 100, 100,
    ]);
    directory.run('a', desired);
    expect(Object.keys(directory.visible())).to.have.length(250);
  });

  it('ends with the smallest value of those that remain, in whatever order registrators work', () => {
    const names = ['a', 'b', 'c'];
    const step = fc.record({
      name: fc.constantFrom(...names),
      what: fc.constantFrom('desire', 'plan', 'apply', 'expire'),
      desired: fc.dictionary(fc.constantFrom('/x', '/y'), fc.constantFrom('1', '2', '3')),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const shared = new Directory();
        const desired: Record<string, Readonly<Record<string, string>>> = { a: {}, b: {}, c: {} };
        const planned: Record<string, readonly Operation[]> = {};
        for (const { name, what, desired: wanted } of steps) {
          if (what === 'desire') desired[name] = wanted;
          else if (what === 'plan') planned[name] = shared.plan(name, desired[name]!).plan.operations;
          else if (what === 'expire') shared.expire(name);
          else {
            const [first, ...others] = planned[name] ?? [];
            planned[name] = first !== undefined && shared.apply(first) ? others : [];
          }
        }
        for (let round = 0; round < 3; round += 1) for (const name of names) shared.run(name, desired[name]!);
        expect(shared.visible()).to.deep.equal(smallestOf(Object.values(desired)));
        for (const name of names) expect(shared.plan(name, desired[name]!).plan.operations).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });
});

function smallestOf(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const byValue = all.flatMap((each) => Object.entries(each)).sort(([, a], [, b]) => (a > b ? -1 : 1));
  return Object.fromEntries(byValue);
}

describe('the key of a claim', () => {
  it('is found again, whatever the key is, and lies below no other claim', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).map((text) => `/${text}`),
        (key) => {
          const entry = { value: 'v', modified: '1' };
          const claim = { ...entry, key, registrator: 'host/1' };
          expect(parseClaim('/c', claimKey('/c', key, 'host/1'), entry)).to.deep.equal(claim);
        },
      ),
    );
    expect(parseClaim('/c', '/c/%2Fa', { value: '', modified: '1' })).to.equal(undefined);
    expect(parseClaim('/c', '/c/%2Fa/n/more', { value: '', modified: '1' })).to.equal(undefined);
    expect(parseClaim('/c', '/c/%zz/n', { value: '', modified: '1' })).to.equal(undefined);
  });
});
