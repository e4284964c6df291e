import { expect } from 'chai';
import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { Prompt } from '../../../../src/lib/cli/arguments/prompt.ts';
import { createProgress } from '../../../../src/lib/cli/render/progress.ts';
import { renderError } from '../../../../src/lib/cli/render/error-text.ts';
import { renderChecks } from '../../../../src/lib/cli/render/checks-text.ts';
import { renderEnvironment } from '../../../../src/lib/cli/render/environment-table.ts';
import { noStyle, styleFor } from '../../../../src/lib/cli/render/style.ts';
import { cutTo, renderTable } from '../../../../src/lib/cli/render/table.ts';
import { isUnsafe, oneLine, programLine, terminalText } from '../../../../src/lib/cli/render/terminal-text.ts';
import { renderValidation } from '../../../../src/lib/cli/render/validation-text.ts';

const colours = styleFor({ isTTY: true }, {});
const hostile = '\u001B]0;PWNED\u0007\u001B[31mred\u009B2J\u202Eabc\u200B\r\t';
const shown = '\\x1b]0;PWNED\\x07\\x1b[31mred\\x9b2J\\u{202e}abc\\u{200b}\\r\\t';
/** What a terminal would act on or not show, other than our own colours. */
const acting = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const withoutColours = (text: string): string => text.replaceAll(/\u001B\[\d+m/g, '');

describe('text for a terminal', () => {
  it('shows what is invisible or moves the cursor as an escape, and leaves the rest', () => {
    expect(terminalText(hostile)).to.equal(shown);
    expect(terminalText('grün\n日本 ✔ ⠋')).to.equal('grün\n日本 ✔ ⠋');
    expect(oneLine('a\nerror: b')).to.equal('a\\nerror: b');
    expect(programLine('\u001B[32mok\u001B[0m\tdone\u0007')).to.equal('ok    done\\x07');
    expect([isUnsafe('web'), isUnsafe('we\u200Bb')]).to.deep.equal([false, true]);
  });

  it('escapes every other character that is not seen, wherever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(acting.test(terminalText(text))).to.equal(false);
      }),
    );
  });

  it('has our colours, also within each other, but not those of a name', () => {
    expect(terminalText(colours.red(`a ${colours.green(hostile)} b`))).to.equal(
      `\u001B[31ma \u001B[32m${shown}\u001B[39m\u001B[31m b\u001B[39m`,
    );
    expect(colours.red('')).to.equal('');
  });
});

describe('what comes from others', () => {
  it('is as wide in a table as it is shown', () => {
    const text = terminalText(
      renderTable(
        [{ title: 'NAME', canShrink: true }, { title: 'N' }],
        [
          [{ text: hostile, paint: colours.red }, '1'],
          ['plain', '2'],
        ],
        { style: colours },
      ),
    );
    const [, first = '', second = ''] = withoutColours(text).split('\n');
    expect(first.indexOf('1', shown.length - 4)).to.equal(second.indexOf('2'));
    expect(acting.test(withoutColours(text))).to.equal(false);
    expect(cutTo('abc', 2)).to.equal('a…');
  });

  it('is escaped in plain and in live progress, and a line stays a line', () => {
    for (const stream of [{ isTTY: false }, { isTTY: true, columns: 60, rows: 10 }]) {
      let written = '';
      const write = (text: string): boolean => Boolean((written += text));
      const sink = createProgress({ ...stream, write }, {}, { logLevel: 'info', quiet: false, output: true });
      const subject = `x${hostile}\ny`;
      sink({ type: 'begin', subjects: [{ name: subject, kind: 'instance' }] });
      sink({ type: 'output', subject, line: hostile });
      sink({ type: 'operation', operation: 'o', subject, state: 'failed', text: hostile });
      sink({ type: 'warning', text: hostile });
      sink({ type: 'notice', text: hostile });
      sink({ type: 'end', failed: true });
      const foreign = written.replaceAll(/\u001B\[(\?25[lh]|\d+A|[02][JK]|\d+m)|\r/g, '');
      expect(foreign).to.contain('PWNED');
      expect(acting.test(foreign), foreign).to.equal(false);
      expect(written).not.to.match(/\ny/);
    }
  });

  it('cannot add a line to an error, a list of problems or a table of variables', () => {
    const forged = 'x\nerror: forged';
    const report = {
      code: 'X',
      message: forged,
      suggestions: [forged],
      logs: [hostile],
      problems: [{ where: forged, message: forged }],
    };
    const variables = [{ name: 'A', value: forged, origin: { source: 'run.conf' }, overrides: [], secret: false }];
    const texts = [
      renderError({ ...report, causes: [], bug: false, exitCode: 1 } as never, noStyle, false),
      renderValidation({ project: 'p', entries: 1, services: 1, problems: report.problems } as never, noStyle),
      renderEnvironment([{ key: forged, variables, missing: [] }] as never, noStyle),
      renderChecks([{ name: 'engine', status: 'fail', text: forged } as never], noStyle),
    ];
    for (const text of texts)
      expect(text)
        .to.contain('error: forged')
        .and.not.to.match(/\nerror: forged/);
  });

  it('is escaped in a question and its choices', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
    let written = '';
    output.on('data', (chunk: Buffer) => (written += chunk.toString()));
    input.write('1\r');
    const uninterrupted = { signal: new AbortController().signal, receive: () => {} };
    const choice = await new Prompt({ input, output }, uninterrupted).choose(`which ${hostile}?`, [hostile], {
      flag: '-i',
    });
    expect(choice).to.equal(hostile);
    expect(written).to.contain(`which ${shown}?`).and.to.contain(`1) ${shown}`);
  });
});
