import { expect } from 'chai';
import { logDocument, LogLines } from '../../../../src/lib/cli/render/log-line.ts';
import { noStyle, styleFor } from '../../../../src/lib/cli/render/style.ts';

const line = { key: 'db-main', stream: 'stderr', time: '2026-01-31T14:00:00.000000001Z', text: 'ready' } as const;

describe('a line of a log', () => {
  it('stands behind its instance, as wide as the longest', () => {
    const lines = new LogLines(noStyle, ['db-main', 'gateway-main']);
    expect(lines.render(line)).to.equal('db-main      | ready\n');
    expect(lines.render({ ...line, key: 'a-newer-one-main' })).to.equal('a-newer-one-main | ready\n');
    expect(lines.render(line)).to.equal('db-main          | ready\n');
  });

  it('has its time when that is wanted', () => {
    expect(new LogLines(noStyle, [], { times: true }).render(line)).to.equal(
      'db-main | 2026-01-31T14:00:00.000000001Z ready\n',
    );
  });

  it('keeps the colour of an instance, and leaves the text uncoloured', () => {
    const colours = styleFor({ isTTY: true }, {});
    const [first, second] = [new LogLines(colours, ['x']).render(line), new LogLines(colours, []).render(line)];
    expect(first)
      .to.equal(second)
      .and.to.match(/^\u001B\[\d+mdb-main \|\u001B\[39m ready\n$/);
  });

  it('hands through what the program wrote, but not what is in the name of its container', () => {
    const hostile = { ...line, key: 'db\u001B[2J', text: '\u001B[32mready' };
    expect(new LogLines(noStyle, [hostile.key]).render(hostile)).to.equal('db\\x1b[2J | \u001B[32mready\n');
  });

  it('is one JSON object with the version of its schema', () => {
    expect(logDocument(line)).to.equal(
      '{"schema":"dockerops/log/1","key":"db-main","time":"2026-01-31T14:00:00.000000001Z","stream":"stderr",' +
        '"text":"ready"}\n',
    );
  });
});
