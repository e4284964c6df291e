import { expect } from 'chai';
import { isClean } from '../../../../src/lib/use-cases/dns/dns-check.ts';
import { agreeing, namesOf } from '../../../../src/lib/use-cases/dns/dns-names.ts';
import { parseAnswer } from '../../../../src/lib/use-cases/dns/dns-why.ts';

const holder = { policy: 'APPEND', ageSeconds: 1, heldBy: 'client', engine: 'agrees' } as const;

describe('what an instance resolves', () => {
  it('is read from getent, each address once', () => {
    expect(parseAnswer('10.210.2.1      STREAM demo\n10.210.2.1      DGRAM\nfd00::1 RAW \n')).to.deep.equal([
      '10.210.2.1',
      'fd00::1',
    ]);
    expect(parseAnswer('')).to.deep.equal([]);
  });

  it("is read from nslookup, where the first address is the server's", () => {
    const head = 'Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\n';
    expect(
      parseAnswer(
        `${head}Name:\tdemo.local.zone\nAddress: 10.210.2.1\nName:\tdemo.local.zone\nAddress: 10.210.2.2\n\n`,
      ),
    ).to.deep.equal(['10.210.2.1', '10.210.2.2']);
    expect(parseAnswer(`${head}Name:      demo\nAddress 1: 10.210.2.1 demo-one.local.zone\n`)).to.deep.equal([
      '10.210.2.1',
    ]);
    expect(parseAnswer(`${head}** server can't find demo: NXDOMAIN\n`)).to.deep.equal([]);
  });
});

describe('the names of an instance', () => {
  it('are those that lead to it, not those that it lost to another', () => {
    const names = [
      {
        name: 'lead',
        addresses: ['10.1.1.2'],
        holders: [
          { ...holder, service: 'lead', instance: 'old', address: '10.1.1.1' },
          { ...holder, service: 'lead', instance: 'new', address: '10.1.1.2' },
        ],
      },
      {
        name: 'lead-old',
        addresses: ['10.1.1.1'],
        holders: [{ ...holder, service: 'lead', instance: 'old', address: '10.1.1.1' }],
      },
    ];
    expect(Object.fromEntries(namesOf({ zone: 'z', names }))).to.deep.equal({
      'lead-old': ['lead-old'],
      'lead-new': ['lead'],
    });
  });
});

describe('what the engine says of who holds a name', () => {
  it('is also what runs here where the DNS itself cannot ask for it, but never instead of what it was told', () => {
    const holders = (['unknown', 'absent', 'agrees'] as const).map((engine, index) => ({
      ...holder,
      engine,
      service: 'app',
      instance: `n${String(index)}`,
    }));
    const names = { zone: 'z', names: [{ name: 'app', addresses: [], holders }] };
    const seen = (...running: readonly string[]): readonly string[] =>
      agreeing(names, new Set(running)).names.flatMap((name) => name.holders.map(({ engine }) => engine));
    expect(seen('app-n0', 'app-n1')).to.deep.equal(['agrees', 'absent', 'agrees']);
    expect(seen('app-n2')).to.deep.equal(['unknown', 'absent', 'agrees']);
  });
});

describe('a check of the DNS', () => {
  it('is clean when nothing was wrong, or all that was is mended', () => {
    const clean = {
      ok: true,
      differences: [],
      notLeases: [],
      engineDenies: [],
      withdrawnButRenewing: [],
      severalStarts: [],
      fixed: false,
      readmitted: [],
      unpublished: [],
    };
    expect(isClean(clean)).to.equal(true);
    expect(isClean({ ...clean, ok: false })).to.equal(false);
    expect(isClean({ ...clean, ok: false, fixed: true })).to.equal(true);
    expect(
      isClean({ ...clean, ok: false, fixed: true, withdrawnButRenewing: ['a-one', 'b-one'], readmitted: ['a-one'] }),
    ).to.equal(false);
    expect(isClean({ ...clean, unpublished: [{ key: 'a-one', reason: '', fixed: false }] })).to.equal(false);
    expect(isClean({ ...clean, unpublished: [{ key: 'a-one', reason: '', fixed: true }] })).to.equal(true);
  });
});
