import { expect } from 'chai';
import type { ProgressEvent, ProgressState } from '../../../../src/lib/events.ts';
import { renderFrame, summaryOf, type ProgressLine } from '../../../../src/lib/cli/render/progress-frame.ts';
import { plainProgress } from '../../../../src/lib/cli/render/progress-plain.ts';
import { TerminalProgress } from '../../../../src/lib/cli/render/progress-tty.ts';
import { createProgress } from '../../../../src/lib/cli/render/progress.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';

const begin: ProgressEvent = {
  type: 'begin',
  subjects: [
    { name: 'demo-one', kind: 'instance' },
    { name: 'demo-two', kind: 'instance' },
  ],
};

function operation(subject: string, state: ProgressState, text: string, id = `${text} ${subject}`): ProgressEvent {
  return { type: 'operation', operation: id, subject, state, text };
}

/** A terminal that keeps what is written and knows what would stand on the screen. */
class Screen {
  readonly isTTY = true;
  readonly columns = 40;
  readonly rows: number;
  text = '';

  constructor(rows = 10) {
    this.rows = rows;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  get lines(): readonly string[] {
    const lines: string[] = [''];
    let row = 0;
    for (const [piece] of this.text.matchAll(/\u001B\[\??\d+[A-Za-z]|[^\u001B]/gs)) {
      if (piece === '\n') lines[(row += 1)] ??= '';
      else if (piece === '\r' || piece === '\u001B[2K') lines[row] = '';
      else if (piece.endsWith('A')) row -= Number.parseInt(piece.slice(2), 10);
      else if (piece === '\u001B[0J') lines.splice(row, Infinity, '');
      else if (!piece.startsWith('\u001B')) lines[row] = (lines[row] ?? '') + piece;
    }
    return lines;
  }
}

describe('the live display', () => {
  it('keeps one line for each subject, with its state and the time it took', () => {
    const screen = new Screen();
    let now = 0;
    const display = new TerminalProgress(screen, noStyle, { now: () => now });
    display.sink(begin);
    display.sink(operation('demo-one', 'working', 'starting'));
    now = 1200;
    display.paint();
    expect(screen.lines.slice(0, 2)).to.deep.equal(['⠋ demo-one  starting               1.2s', '· demo-two  waiting']);
    display.sink(operation('demo-one', 'done', 'started', 'starting demo-one'));
    now = 5000;
    display.sink({ type: 'end', failed: false });
    expect(screen.lines[0]).to.equal('✔ demo-one  started                1.2s');
    expect(screen.lines).to.have.length(3);
  });

  it('calls a subject done when all its operations are', () => {
    const screen = new Screen();
    const display = new TerminalProgress(screen, noStyle);
    display.sink({ type: 'begin', subjects: [{ name: 'demo-one', kind: 'instance', operations: 2 }] });
    display.sink(operation('demo-one', 'done', 'created'));
    display.paint();
    expect(screen.lines[0]).to.match(/^· demo-one {2}created/);
    display.sink(operation('demo-one', 'done', 'started'));
    display.sink({ type: 'end', failed: false });
    expect(screen.lines[0]).to.match(/^✔ demo-one {2}started/);
  });

  it('writes nothing when nothing changed', () => {
    const screen = new Screen();
    const display = new TerminalProgress(screen, noStyle);
    display.sink(begin);
    display.paint();
    const { length } = screen.text;
    display.paint();
    expect(screen.text).to.have.length(length);
    display.sink({ type: 'end', failed: false });
  });

  it('keeps a failure in sight while the rest goes on', () => {
    const screen = new Screen();
    const display = new TerminalProgress(screen, noStyle);
    display.sink(begin);
    display.sink(operation('demo-one', 'failed', 'exit code 1'));
    display.sink(operation('demo-one', 'done', 'lock released'));
    display.sink({ type: 'end', failed: true });
    expect(screen.lines[0]).to.match(/^✖ demo-one {2}exit code 1/);
  });

  it('shows what a long operation is at, until it is done', () => {
    const screen = new Screen();
    const display = new TerminalProgress(screen, noStyle, { now: () => 0 });
    display.sink({ type: 'begin', subjects: [{ name: 'base', kind: 'image', operations: 1 }] });
    display.sink(operation('base', 'working', 'making', 'make base'));
    display.sink({ type: 'step', subject: 'base', text: 'unpacking' });
    display.paint();
    expect(screen.lines[0]).to.contain('base  making: unpacking');
    display.sink({ type: 'output', subject: 'base', line: '\u001B[1m  [2/3] RUN make' });
    display.paint();
    expect(screen.lines[0]).to.contain('base  making: [2/3] RUN make');
    display.sink(operation('base', 'done', 'made', 'make base'));
    display.paint();
    expect(screen.lines[0]).to.match(/base {2}made +0\.0s/);
    display.sink({ type: 'end', failed: false });
  });

  it('prints warnings above the lines', () => {
    const screen = new Screen();
    const display = new TerminalProgress(screen, noStyle);
    display.sink(begin);
    display.paint();
    display.sink({ type: 'warning', text: 'port 53 is held' });
    display.sink({ type: 'end', failed: false });
    expect(screen.lines.slice(0, 3)).to.deep.equal([
      'warning: port 53 is held',
      '· demo-one  waiting',
      '· demo-two  waiting',
    ]);
  });

  it('gives the cursor back at the end, and leaves no listener behind', () => {
    const screen = new Screen();
    const before = process.listenerCount('exit');
    const display = new TerminalProgress(screen, noStyle);
    display.sink(begin);
    expect(process.listenerCount('exit')).to.equal(before + 1);
    display.sink({ type: 'end', failed: false });
    expect(screen.text.endsWith('\u001B[?25h')).to.equal(true);
    expect(process.listenerCount('exit')).to.equal(before);
  });

  it('gives counts and the moving ones when there are more subjects than lines', () => {
    const lines = Array.from({ length: 50 }, (_, index): ProgressLine => ({
      name: `web-${index}`,
      state: index < 3 ? 'working' : 'waiting',
      text: 'x',
      elapsedMs: undefined,
    }));
    const frame = renderFrame(lines, { columns: 60, rows: 10 }, 0, noStyle);
    expect(frame[0]).to.equal('50 total: 3 working, 47 waiting');
    expect(frame).to.have.length(4);
    expect(renderFrame(lines, { columns: 60, rows: 3 }, 0, noStyle)).to.have.length(2);
  });

  it('never writes a line as wide as the terminal', () => {
    const line: ProgressLine = { name: 'a'.repeat(100), state: 'working', text: 'b'.repeat(100), elapsedMs: 1000 };
    for (const text of renderFrame([line], { columns: 30, rows: 10 }, 0, noStyle)) expect(text.length).to.be.below(30);
  });

  it('counts the states in the order of what matters', () => {
    const line = (state: ProgressState): ProgressLine => ({ name: 'x', state, text: '', elapsedMs: undefined });
    expect(summaryOf(['done', 'waiting', 'failed', 'done'].map((state) => line(state as ProgressState)))).to.equal(
      '4 total: 1 failed, 2 done, 1 waiting',
    );
  });
});

describe('plain progress', () => {
  const events: readonly ProgressEvent[] = [
    begin,
    operation('demo-one', 'working', 'starting'),
    operation('demo-one', 'done', 'started'),
    { type: 'output', subject: 'demo', line: 'Step 1' },
    { type: 'step', subject: 'demo', text: 'unpacking' },
    { type: 'warning', text: 'careful' },
    { type: 'notice', text: 'by the way' },
    operation('demo-two', 'failed', 'exit code 1'),
    { type: 'end', failed: true },
  ];

  function linesWith(detail: Parameters<typeof plainProgress>[2]): readonly string[] {
    const lines: string[] = [];
    for (const event of events) plainProgress((line) => lines.push(line), noStyle, detail)(event);
    return lines;
  }

  it('is one line for each finished operation, and for each step of a long one', () => {
    expect(linesWith({ warnings: true, operations: true, output: false })).to.deep.equal([
      'demo-one: started',
      'demo: unpacking',
      'warning: careful',
      'by the way',
      'demo-two: exit code 1',
    ]);
  });

  it('shows only warnings and failures when asked to be quiet', () => {
    expect(linesWith({ warnings: true, operations: false, output: false })).to.deep.equal([
      'warning: careful',
      'demo-two: exit code 1',
    ]);
  });

  it('is what a terminal gets that cannot move, and every pipe', () => {
    for (const [stream, environment] of [
      [new Screen(), { CI: '1' }],
      [new Screen(), { TERM: 'dumb' }],
      [Object.assign(new Screen(), { isTTY: false }), {}],
    ] as const) {
      const sink = createProgress(stream, environment, { logLevel: 'info', quiet: false, output: false });
      for (const event of events) sink(event);
      expect(stream.text)
        .to.contain('demo-one: started\n')
        .and.not.to.match(/\u001B\[[?\d]*[AJKhl]/);
    }
  });
});
