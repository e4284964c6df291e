import { expect } from 'chai';
import { isClean } from '../../../../src/lib/use-cases/dns/dns-check.ts';
import { compareWithEngine, namesOf } from '../../../../src/lib/use-cases/dns/dns-names.ts';
import { expectedAddress } from '../../../../src/lib/use-cases/dns/expected-address.ts';
import { wrongAddresses } from '../../../../src/lib/use-cases/dns/wrong-addresses.ts';
import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import { containerOf, spec } from '../../../support/specs.ts';
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
  const holders = (['unknown', 'absent', 'agrees'] as const).map((engine, index) => ({
    ...holder,
    engine,
    service: 'app',
    instance: `n${String(index)}`,
    address: `10.1.1.${String(index)}`,
  }));
  const names = { zone: 'z', names: [{ name: 'app', addresses: ['10.1.1.0', '10.1.1.2'], holders }] };
  const compared = (...expected: readonly (readonly [string, string | undefined])[]): readonly string[] =>
    compareWithEngine(names, new Map(expected)).names.flatMap((name) => name.holders.map(({ engine }) => engine));

  it('is what runs here where the DNS itself cannot ask for it, but never instead of what it was told', () => {
    expect(compared(['app-n0', '10.1.1.0'], ['app-n1', '10.1.1.1'])).to.deep.equal(['agrees', 'absent', 'agrees']);
    expect(compared(['app-n2', '10.1.1.2'])).to.deep.equal(['unknown', 'absent', 'agrees']);
  });

  it('is that it differs where the name leads elsewhere than to the container', () => {
    expect(compared(['app-n0', '10.1.1.9'], ['app-n2', undefined])).to.deep.equal(['differs', 'absent', 'differs']);
    expect(
      wrongAddresses(
        names,
        new Map([
          ['app-n0', '10.1.1.9'],
          ['app-n1', '10.1.1.9'],
          ['app-n2', undefined],
        ]),
      ),
    ).to.deep.equal([
      { name: 'app', address: '10.1.1.0', key: 'app-n0', expected: '10.1.1.9' },
      { name: 'app', address: '10.1.1.2', key: 'app-n2' },
    ]);
    expect(wrongAddresses(names, new Map([['app-n0', '10.1.1.0']]))).to.deep.equal([]);
  });
});

describe('where an instance is to be found', () => {
  const at = (change: Partial<InstanceSpec>, address = '10.1.1.1'): string | undefined => {
    const container = containerOf(spec('web', 'one', change));
    return expectedAddress({ ...container, addresses: { 'dockerops-demo': address } });
  };
  const serviceIp = (value: string): Pick<InstanceSpec, 'environment'> => ({
    environment: [{ name: 'SERVICE_IP', value: [value], secret: false }],
  });
  const ports = [{ container: 80, protocol: 'tcp', host: 80 }] as const;

  it('is its own address, or SERVICE_IP where it publishes something', () => {
    expect(at({})).to.equal('10.1.1.1');
    expect(at({ ...serviceIp('192.0.2.7'), ports })).to.equal('192.0.2.7');
    expect(at(serviceIp('192.0.2.7'))).to.equal('10.1.1.1');
    expect(at({ ...serviceIp('127.0.0.1'), ports })).to.equal('10.1.1.1');
  });

  it('is nowhere on the network of the host without SERVICE_IP', () => {
    expect(at({ network: { mode: 'host' } }, '')).to.equal(undefined);
    expect(at({ network: { mode: 'host' }, ...serviceIp('192.0.2.7') }, '')).to.equal('192.0.2.7');
  });

  it('is SERVICE_IP for a container of a version that registered any', () => {
    const files = [{ path: '/etc/dockerops/dns.json', mode: 0o600, uid: 0, gid: 0, content: [{ secret: 'dns' }] }];
    expect(at({ ...serviceIp('192.0.2.7'), files })).to.equal('192.0.2.7');
  });
});

describe('a check of the DNS', () => {
  it('is clean when nothing was wrong, or all that was is mended', () => {
    const clean = {
      differences: [],
      notLeases: [],
      engineDenies: [],
      withdrawnButRenewing: [],
      severalStarts: [],
      projectKey: [],
      isFull: false,
      leasesShown: true,
      refusedNames: [],
      fixed: false,
      readmitted: [],
      unpublished: [],
      wrongAddresses: [],
    };
    expect(isClean(clean)).to.equal(true);
    const difference = { what: 'missing', name: 'a', type: 'A', data: '1.2.3.4' } as const;
    const wrong = { name: 'a', address: '1.2.3.4', key: 'a-one' };
    const lost = { key: 'a-one', reason: '' };
    for (const [isRight, change] of [
      [false, { differences: [difference] }],
      [true, { differences: [difference], fixed: true }],
      [false, { notLeases: ['a'] }],
      [false, { withdrawnButRenewing: ['a-one', 'b-one'], readmitted: ['a-one'] }],
      [true, { withdrawnButRenewing: ['a-one'], readmitted: ['a-one'] }],
      [false, { unpublished: [{ ...lost, fixed: false }] }],
      [true, { unpublished: [{ ...lost, fixed: true }] }],
      [false, { fixed: true, wrongAddresses: [{ ...wrong, fixed: false }] }],
      [true, { wrongAddresses: [{ ...wrong, fixed: true }] }],
      [false, { refusedNames: [{ name: 'a-one', instance: 'a-one-x', reason: '' }] }],
      [false, { isFull: true }],
      [false, { leasesShown: false }],
      // That works.
      [true, { projectKey: ['a-one'] }],
    ] as const)
      expect(isClean({ ...clean, ...change }), JSON.stringify(change)).to.equal(isRight);
  });
});
