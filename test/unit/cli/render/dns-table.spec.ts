import { expect } from 'chai';
import { renderDnsCheck } from '../../../../src/lib/cli/render/dns-check-text.ts';
import { renderAge, renderDnsNames } from '../../../../src/lib/cli/render/dns-table.ts';
import { renderDnsWhy } from '../../../../src/lib/cli/render/dns-why-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';

const holder = { service: 'lead', policy: 'REPLACE', ageSeconds: 130, heldBy: 'client', engine: 'agrees' } as const;
const older = { ...holder, instance: 'old', address: '10.1.1.1' };
const newer = { ...holder, instance: 'new', address: '10.1.1.2', ageSeconds: 5 };

describe('the text of the DNS', () => {
  it('lists names, a line for each holder, claims that lost in brackets', () => {
    const names = [
      { name: 'lead', addresses: ['10.1.1.2'], holders: [older, newer] },
      { name: 'dns', addresses: ['10.1.0.2'], holders: [] },
      {
        name: 'far-a',
        addresses: [],
        holders: [
          {
            service: 'far',
            instance: 'a',
            policy: 'HIDE',
            ageSeconds: 90_000,
            heldBy: 'client',
            engine: 'unknown',
          } as const,
        ],
      },
    ];
    const refused = 'the name belongs to instance one of lead';
    const conflict = [{ name: 'lead-one', addresses: [], holders: [{ ...newer, refused }] }];
    expect(renderDnsNames({ zone: 'local.zone', names: conflict }, noStyle)).to.contain(
      'lead-one  (10.1.1.2)  lead-new  REPLACE  5s   client   agrees  the name belongs to instance one of lead',
    );
    expect(renderDnsNames({ zone: 'local.zone', names }, noStyle)).to.equal(
      [
        'zone local.zone',
        'NAME   ADDRESS     HOLDER    POLICY   AGE  HELD BY  ENGINE',
        'lead   (10.1.1.1)  lead-old  REPLACE  2m   client   agrees',
        '       10.1.1.2    lead-new  REPLACE  5s   client   agrees',
        'dns    10.1.0.2',
        'far-a  (none)      far-a     HIDE     1d   client   elsewhere',
        '',
      ].join('\n'),
    );
  });

  it('tells who wins and why, and what an instance gets', () => {
    const claims = [
      { ...older, wins: false, reason: 'replaced by the newer lead-new' },
      { ...newer, wins: true, reason: 'REPLACE, and the newest living one' },
    ];
    const why = { name: 'lead', zone: 'local.zone', addresses: ['10.1.1.2'], claims };
    expect(
      renderDnsWhy({ ...why, from: { instance: 'app-one', addresses: ['10.1.1.1'], agrees: false } }, noStyle),
    ).to.equal(
      [
        'lead.local.zone resolves to 10.1.1.2',
        'CLAIMED BY  ADDRESS   POLICY   AGE  WINS  WHY',
        'lead-old    10.1.1.1  REPLACE  2m   no    replaced by the newer lead-new',
        'lead-new    10.1.1.2  REPLACE  5s   yes   REPLACE, and the newest living one',
        'app-one resolves lead to 10.1.1.1, unlike the DNS; answers are cached for up to 5 s',
      ].join('\n'),
    );
    expect(
      renderDnsWhy(
        {
          name: 'x',
          zone: 'z',
          addresses: [],
          claims: [],
          reason: 'no lease claims this name',
          from: { instance: 'app-one', agrees: false },
        },
        noStyle,
      ),
    ).to.equal(
      'x.z does not resolve: no lease claims this name\n' +
        'app-one cannot look it up: its image has neither getent nor nslookup',
    );
  });

  it('says that all is well, or all that is not', () => {
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
    expect(renderDnsCheck(clean, noStyle)).to.equal('the DNS matches its leases and the running containers\n');
    expect(
      renderDnsCheck({ ...clean, engineDenies: ['a-one'] }, noStyle)
        .trimEnd()
        .split('\n'),
      'a note is nothing wrong',
    )
      .to.have.length(2)
      .and.include('the DNS matches its leases and the running containers');
    const broken = {
      ...clean,
      fixed: true,
      differences: [{ what: 'too much', name: 'ghost.z', type: 'A', data: '10.9.9.9' } as const],
      withdrawnButRenewing: ['a-one', 'b-one'],
      readmitted: ['a-one'],
      unpublished: [{ key: 'c-one', reason: 'no lease claims this name', fixed: true }],
      wrongAddresses: [
        { name: 'd', address: '10.1.1.9', key: 'd-one', expected: '10.1.1.1', fixed: true },
        { name: 'e', address: '10.1.1.9', key: 'e-one', fixed: false },
      ],
      refusedNames: [{ name: 'g-one', instance: 'g-one-x', reason: 'the name belongs to instance one of g' }],
      isFull: true,
      leasesShown: false,
      projectKey: ['f-one'],
    };
    expect(renderDnsCheck(broken, noStyle).trimEnd().split('\n')).to.deep.equal([
      'too much: ghost.z A 10.9.9.9 (fixed)',
      'withdrawn: a-one, but it still runs (readmitted)',
      'withdrawn: b-one, but it still runs',
      'no name: c-one runs but has no name: no lease claims this name (fixed)',
      'wrong address: d resolves to 10.1.1.9, but d-one is found at 10.1.1.1 (fixed)',
      'wrong address: e resolves to 10.1.1.9, but e-one has no address for others; rerun e-one',
      'refused: g-one-x is not found as g-one: the name belongs to instance one of g; rename one of them',
      'full: there are too many leases; an instance that starts now gets no name',
      'not shown: the name server does not fetch the leases, so clients register again and again',
      "note: f-one signs with the project's key and can take every name; rerun gives it its own",
    ]);
  });

  it('tells ages in one unit', () => {
    expect([0, 59, 60, 3_599, 3_600, 86_400, 172_800].map(renderAge)).to.deep.equal([
      '0s',
      '59s',
      '1m',
      '59m',
      '1h',
      '1d',
      '2d',
    ]);
  });
});
