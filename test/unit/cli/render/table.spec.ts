import { expect } from 'chai';
import fc from 'fast-check';
import { renderPorts, renderPs, type PsRow } from '../../../../src/lib/cli/render/ps-table.ts';
import { noStyle, styleFor } from '../../../../src/lib/cli/render/style.ts';
import { cutTo, renderTable } from '../../../../src/lib/cli/render/table.ts';
import { textWidth } from '../../../../src/lib/cli/render/text-width.ts';

describe('a table', () => {
  it('aligns its columns and leaves no blank at the end of a line', () => {
    const text = renderTable(
      [{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'NOTE' }],
      [
        ['a', '10', ''],
        ['long name', '7', 'yes'],
      ],
    );
    expect(text).to.equal('NAME        N  NOTE\na          10\nlong name   7  yes\n');
  });

  it('cuts only columns that may shrink when the terminal is narrower', () => {
    const text = renderTable(
      [{ title: 'ID' }, { title: 'IMAGE', canShrink: true }],
      [['0123456789ab', 'a-rather-long/image-name:latest']],
      { width: 28 },
    );
    expect(text.split('\n')[1]).to.equal('0123456789ab  a-rather-long…');
  });

  it('counts wide and combining characters as a terminal does', () => {
    expect(['漢字', 'é', 'e\u0301', '✔', '👍', '❤️', 'a\tb'].map(textWidth)).to.deep.equal([4, 1, 1, 1, 2, 2, 2]);
  });

  it('never leaves a blank at the end of a line and never passes the width, whatever the cells hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 5 }),
        fc.integer({ min: 24, max: 60 }),
        (rows, width) => {
          const lines = renderTable(
            [
              { title: 'A', canShrink: true },
              { title: 'B', canShrink: true },
            ],
            rows,
            { width },
          ).split('\n');
          for (const line of lines) {
            expect(line).to.equal(line.trimEnd());
            expect(textWidth(line)).to.be.at.most(width);
          }
          expect(lines).to.have.length(rows.length + 2);
        },
      ),
    );
  });

  it('cuts a text to nothing rather than past its room', () => {
    expect(['abc', 'abc', 'abc', '漢字'].map((text, index) => cutTo(text, [3, 2, 0, 3][index] ?? 0))).to.deep.equal([
      'abc',
      'a…',
      '',
      '漢…',
    ]);
  });
});

describe('colour', () => {
  it('is for terminals only, and not where NO_COLOR or TERM=dumb stands', () => {
    const environments = [{}, { NO_COLOR: '1' }, { TERM: 'dumb' }, { NO_COLOR: '' }];
    expect(environments.map((environment) => styleFor({ isTTY: true }, environment).red('x') !== 'x')).to.deep.equal([
      true,
      false,
      false,
      true,
    ]);
    expect(styleFor({}, {}).red('x')).to.equal('x');
  });
});

describe('the table of instances', () => {
  const row: PsRow = {
    id: '0123456789abcdef',
    service: 'demo',
    instance: 'one',
    type: 'standard',
    image: 'demo/demo',
    state: 'running',
    health: 'healthy',
    address: '10.0.0.3',
    ports: [],
  };

  it('fits a terminal of 80 columns, also with long names', () => {
    const long = {
      ...row,
      project: 'some-project',
      service: 'notification',
      instance: 'production',
      type: 'published',
      image: 'some-project/notification',
      address: '10.210.200.113',
      ports: [{ container: 80, protocol: 'tcp', host: 8080, ip: '127.0.0.1' }] as const,
      drift: ['environment', 'image'],
      names: ['notification', 'production.notification'],
    };
    for (const width of [80, 100, 120]) {
      const text = renderPs([long], noStyle, { width, everyProject: true });
      expect(Math.max(...text.split('\n').map(textWidth))).to.be.at.most(width);
    }
    const usual = { ...long, drift: [], names: undefined, ports: [] };
    expect(renderPs([usual], noStyle, { width: 80 })).to.equal(
      'ID        SERVICE       INSTANCE    TYPE       STATE              ADDRESS\n' +
        '01234567  notification  production  published  running (healthy)  10.210.200.113\n',
    );
  });

  it('shows id, service, instance, type, image, state, address and who can reach its ports', () => {
    const ports = [{ container: 80, protocol: 'tcp', host: 8080, ip: '127.0.0.1' }] as const;
    expect(renderPs([{ ...row, ports }], noStyle)).to.equal(
      'ID            SERVICE  INSTANCE  TYPE      IMAGE      STATE              ADDRESS   PORTS\n' +
        '0123456789ab  demo     one       standard  demo/demo  running (healthy)  10.0.0.3  8080->80 (loopback)\n',
    );
  });

  it('shows drift and names only where there are some', () => {
    const text = renderPs([{ ...row, drift: ['image'], names: ['demo', 'demo-one'] }, row], noStyle);
    expect(text.split('\n')[0]).to.match(/PORTS {2}DRIFT {2}NAMES$/);
    expect(text.split('\n')[1]).to.match(/image {2}demo demo-one$/);
  });

  it('names the project where there are several, and containers of none', () => {
    const [head = '', ...lines] = renderPs(
      [
        { ...row, project: 'shop' },
        { ...row, project: '', service: 'other' },
      ],
      noStyle,
    ).split('\n');
    expect(head.split(/ +/).slice(0, 3)).to.deep.equal(['ID', 'PROJECT', 'SERVICE']);
    expect(lines[0]).to.contain(' shop ');
    expect(
      renderPs(
        [
          { ...row, project: 'shop' },
          { ...row, project: 'shop' },
        ],
        noStyle,
      ),
    ).to.not.contain('PROJECT');
    expect(renderPs([{ ...row, project: 'shop' }], noStyle, { everyProject: true })).to.match(
      /^ID +PROJECT .*\n\S+ +shop /,
    );
  });

  it('says what a stopped instance ended with, and why a running one is in trouble', () => {
    const text = renderPs(
      [
        { ...row, state: 'exited', exitCode: 137 },
        { ...row, trouble: 'web: FATAL' },
      ],
      noStyle,
    );
    expect(text).to.contain('exited (exit 137)').and.to.contain('running (healthy) (web: FATAL)');
  });

  it('says in words that there is nothing', () => {
    expect(renderPs([], noStyle)).to.equal('no instances\n');
  });

  it('tells who can reach a port, once for IPv4 and IPv6, and leaves out what is not published', () => {
    expect(
      renderPorts([
        { container: 80, protocol: 'tcp', host: 80, ip: '0.0.0.0' },
        { container: 80, protocol: 'tcp', host: 80, ip: '::' },
        { container: 53, protocol: 'udp', host: 53, ip: '10.1.2.3' },
        { container: 22, protocol: 'tcp' },
      ]),
    ).to.equal('80->80 (all addresses), 53->53/udp (on 10.1.2.3)');
  });
});
