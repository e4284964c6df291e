import { expect } from 'chai';
import { Readable } from 'node:stream';
import { ClassicProgress } from '../../../../src/lib/engine/stream/build-progress.ts';
import { FrameParser, readJsonLines, textOf } from '../../../../src/lib/engine/stream/engine-streams.ts';
import { LineAssembler } from '../../../../src/lib/engine/stream/logs.ts';
import { EngineError } from '../../../../src/lib/errors.ts';

const piece = Buffer.alloc(2 ** 20, 'x');

function* pieces(count: number): Generator<Buffer> {
  for (let sent = 0; sent < count; sent += 1) yield piece;
}

describe('output without end', () => {
  it('of a command is read to its end, and only its beginning is kept', async () => {
    const text = await textOf(Readable.from(pieces(64)));
    expect(text.length).to.be.lessThan(16 * 2 ** 20);
  });

  it('of a build is handed on in lines of a bounded length', () => {
    let longest = 0;
    const progress = new ClassicProgress((line) => (longest = Math.max(longest, line.length)));
    for (const part of pieces(8)) progress.push(part.toString());
    expect(longest)
      .to.be.greaterThan(0)
      .and.lessThan(2 ** 17);
    expect(progress.failedBy('x').lines.join('').length).to.be.lessThan(2 ** 22);
  });

  it('of a log with a terminal is cut into lines of a bounded length', () => {
    const assembler = new LineAssembler();
    const lines = [...pieces(8)].flatMap((part) => [...assembler.push(true, part)]);
    expect(Math.max(...lines.map(({ text }) => text.length))).to.be.lessThan(2 ** 22);
    expect(lines.length).to.be.greaterThan(1);
  });

  it('of a stream of documents is refused when a document has no end', async () => {
    const documents = readJsonLines(Readable.from(pieces(32)), (value) => value);
    const error: unknown = await documents.next().catch((cause: unknown) => cause);
    expect((error as Error).message).to.include('no JSON');
  });

  it('whose frames are none is refused', () => {
    expect(() => [...new FrameParser().push(Buffer.from('HTTP/1.1 400 Bad Request'))]).to.throw(EngineError);
  });
});
