import { expect } from 'chai';
import type { LogLine } from '../../../../src/lib/engine/engine.ts';
import { wholeLines } from '../../../../src/lib/engine/stream/logs.ts';

interface Entry {
  readonly stream: LogLine['stream'];
  readonly text: string;
  readonly endsLine: boolean;
}

/** As an engine does it: the last entries, whether or not they begin a line. */
function reader(log: readonly Entry[], asked: number[]): (entries: number) => AsyncGenerator<LogLine, number> {
  return async function* (count) {
    asked.push(count);
    const entries = log.slice(-count);
    const open = { stdout: '', stderr: '' };
    for (const { stream, text, endsLine } of entries) {
      open[stream] += text;
      if (!endsLine) continue;
      yield { stream, time: 't', text: open[stream] };
      open[stream] = '';
    }
    return entries.length;
  };
}

/** A line in pieces, each an entry. */
function line(pieces: number, stream: LogLine['stream'] = 'stdout'): readonly Entry[] {
  return Array.from({ length: pieces }, (_, index) => ({ stream, text: 'x', endsLine: index === pieces - 1 }));
}

async function lengths(log: readonly Entry[], count: number, asked: number[] = []): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { text } of wholeLines(count, reader(log, asked))) found.push(text.length);
  return found;
}

describe('the last lines of a log', () => {
  it('are whole, however many entries of the engine they are', async () => {
    const log = [...line(300), ...line(1), ...line(3), ...line(70), ...line(2)];
    for (const [count, expected] of [
      [1, [2]],
      [2, [70, 2]],
      [3, [3, 70, 2]],
      [9, [300, 1, 3, 70, 2]],
    ] as const)
      expect(await lengths(log, count)).to.deep.equal(expected);
  });

  it('are whole in both streams', async () => {
    const log = [...line(5, 'stderr'), ...line(5), ...line(4, 'stderr'), ...line(1)];
    expect(await lengths(log, 2)).to.deep.equal([4, 1]);
  });

  it('take one read where lines are short', async () => {
    const asked: number[] = [];
    expect(await lengths(line(1).concat(...Array.from({ length: 50 }, () => line(1))), 3, asked)).to.have.length(3);
    expect(asked).to.deep.equal([5]);
  });
});
