import { expect } from 'chai';
import { parseMoment } from '../../../../src/lib/cli/arguments/parse-time.ts';
import { UserError } from '../../../../src/lib/errors.ts';

describe('a moment on the command line', () => {
  const now = 1_700_000_000;
  for (const [text, ago] of [
    ['90s', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['1w', 604_800],
    ['1.5h', 5400],
    ['500ms', 0.5],
  ] as const) {
    it(`${text} is so long ago`, () => {
      expect(parseMoment(text, '--since', now)).to.equal(now - ago);
    });
  }
  for (const text of [
    '2023-11-14T22:13:20Z',
    '2023-11-14t22:13:20z',
    '2023-11-14T23:13:20+01:00',
    '2023-11-14 22:13:20Z',
    '2023-11-14T22:13:20.000000000Z',
  ]) {
    it(`${text} is a time`, () => {
      expect(parseMoment(text, '--since', 0)).to.equal(now);
    });
  }
  it("is of this machine's zone where none is said", () => {
    expect(parseMoment('2023-11-14T22:13:20', '--since', 0)).to.equal(
      new Date(2023, 10, 14, 22, 13, 20).getTime() / 1000,
    );
    expect(parseMoment('2023-11-14', '--since', 0)).to.equal(new Date(2023, 10, 14).getTime() / 1000);
  });
  for (const text of ['', 'yesterday', '10', '5x', '2023-13-40', '10m ago']) {
    it(`"${text}" is none, and the error shows how to write one`, () => {
      expect(() => parseMoment(text, '--until', now)).to.throw(UserError, `--until: "${text}"`);
    });
  }
});
