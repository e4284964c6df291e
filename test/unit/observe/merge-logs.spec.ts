import { expect } from 'chai';
import fc from 'fast-check';
import { lastLines, mergeByTime, type InstanceLine } from '../../../src/lib/observe/merge-logs.ts';

function line(key: string, second: number): InstanceLine {
  return { key, stream: 'stdout', time: new Date(second * 1000).toISOString(), text: `${key} ${String(second)}` };
}

async function* streamOf(lines: readonly InstanceLine[], onEnd: () => void = () => {}): AsyncGenerator<InstanceLine> {
  try {
    yield* lines;
  } finally {
    onEnd();
  }
}

async function all(lines: AsyncIterable<InstanceLine>): Promise<readonly InstanceLine[]> {
  const read: InstanceLine[] = [];
  for await (const each of lines) read.push(each);
  return read;
}

describe('merging logs', () => {
  it('gives all lines in the order of their times, and of the sources at the same time', async () => {
    const seconds = fc.array(fc.nat({ max: 20 }), { maxLength: 10 }).map((list) => list.toSorted((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(seconds, { maxLength: 5 }), async (sources) => {
        const lines = sources.map((list, index) => list.map((second) => line(`s${String(index)}`, second)));
        const merged = await all(mergeByTime(lines.map((each) => streamOf(each))));
        const expected = lines
          .flat()
          .map((each, index) => ({ each, index }))
          .sort((a, b) => a.each.time.localeCompare(b.each.time) || a.index - b.index);
        expect(merged).to.deep.equal(expected.map(({ each }) => each));
      }),
    );
  });

  it('holds one line of each source', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<InstanceLine> {
      for (let second = 1; ; second += 1) {
        read += 1;
        yield line('a', second);
      }
    }
    const merged = mergeByTime([endless()]);
    await merged.next();
    await merged.next();
    expect(read).to.equal(2);
    await merged.return(undefined);
  });

  it('lets go of all sources when its reader does', async () => {
    const ended: string[] = [];
    const merged = mergeByTime(['a', 'b'].map((key) => streamOf([line(key, 1), line(key, 2)], () => ended.push(key))));
    await merged.next();
    await merged.return(undefined);
    expect(ended.sort()).to.deep.equal(['a', 'b']);
  });

  it('keeps the last lines where only these are wanted', async () => {
    const lines = [1, 2, 3].map((second) => line('a', second));
    expect(await all(lastLines(streamOf(lines), 2))).to.deep.equal(lines.slice(1));
    expect(await all(lastLines(streamOf(lines), 0))).to.deep.equal([]);
  });
});

describe('the last lines of a log', () => {
  it('are as many as were asked for, but no more than fit into memory', async () => {
    const many = Array.from({ length: 9 }, (_, second) => line('a', second));
    expect(await all(lastLines(streamOf(many), 3))).to.deep.equal(many.slice(-3));
    const huge = many.map((each) => ({ ...each, text: 'x'.repeat(10 * 2 ** 20) }));
    expect(await all(lastLines(streamOf(huge), 9))).to.deep.equal(huge.slice(-2));
  });
});
