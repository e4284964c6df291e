import { expect } from 'chai';
import fc from 'fast-check';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../../../src/lib/errors.ts';
import {
  Demultiplexer,
  followProgress,
  readJsonLines,
  textOf,
} from '../../../../src/lib/engine/stream/engine-streams.ts';
import { LineAssembler } from '../../../../src/lib/engine/stream/logs.ts';
import type { LogLine } from '../../../../src/lib/engine/engine.ts';

type Piece = readonly [stream: 1 | 2, content: Buffer];

function frame([stream, content]: Piece): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** Cuts a buffer at the given places, wherever they fall. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const points = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return points
    .slice(1)
    .map((end, index) => whole.subarray(points[index], end))
    .filter((part) => part.length > 0);
}

const pieces = fc.array(
  fc.tuple(
    fc.constantFrom(1 as const, 2 as const),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  ),
  { maxLength: 20 },
);
const places = fc.array(fc.nat(2000), { maxLength: 12 });

describe('streams of the engine', () => {
  it('are read to their end as text, of which no more than the beginning is kept', async () => {
    const pieces = ['one ', 'two ', 'three'].map((text) => Buffer.from(text));
    expect(await textOf(Readable.from(pieces))).to.equal('one two three');
    const long = Readable.from(pieces);
    expect(await textOf(long, 6)).to.equal('one tw');
    expect(long.readableEnded).to.equal(true);
  });

  it('are taken apart the same, however the chunks fall', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, places, async (sent, at) => {
        const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
        const received = Promise.all([buffer(outputs.stdout), buffer(outputs.stderr)]);
        await pipeline(Readable.from(cut(Buffer.concat(sent.map(frame)), at)), new Demultiplexer(outputs));
        outputs.stdout.end();
        outputs.stderr.end();
        const expected = ([1, 2] as const).map((stream) =>
          Buffer.concat(sent.flatMap(([one, content]) => (one === stream ? [content] : []))),
        );
        expect(await received).to.deep.equal(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('do not stop for an output that was given up', async () => {
    const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
    outputs.stderr.destroy();
    const received = buffer(outputs.stdout);
    const sent: Piece[] = Array.from({ length: 40 }, (_, index) => [
      index % 2 === 0 ? 2 : 1,
      Buffer.alloc(4000, index),
    ]);
    await pipeline(Readable.from([Buffer.concat(sent.map(frame))]), new Demultiplexer(outputs));
    outputs.stdout.end();
    expect((await received).length).to.equal(80_000);
  });

  it('give the same documents, however the chunks fall', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json()), places, async (documents, at) => {
        const whole = Buffer.from(documents.map((one) => `${one.replaceAll('\n', '')}\r\n`).join(''));
        const received: unknown[] = [];
        for await (const one of readJsonLines(Readable.from(cut(whole, at)), (value) => value)) received.push(one);
        expect(received).to.deep.equal(documents.map((one) => JSON.parse(one) as unknown));
      }),
      { numRuns: 50 },
    );
  });

  it('reject on an error within, though the status was good', async () => {
    const stream = Readable.from([
      Buffer.from('{"status":"Pulling"}\n{"errorDetail":{"message":"no space left"},"error":"no space left"}\n'),
    ]);
    const error: unknown = await followProgress('pull x', stream, () => {}).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(EngineError).with.property('message', 'pull x: no space left');
  });
});

describe('log lines', () => {
  const assemble = (tty: boolean, chunks: readonly Buffer[]): LogLine[] => {
    const assembler = new LineAssembler();
    return [...chunks.flatMap((chunk) => [...assembler.push(tty, chunk)]), ...assembler.flush()];
  };

  it('are the same, however the chunks fall', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), line)), places, (sent, at) => {
        const whole = Buffer.concat(sent.map(([stream, text]) => frame([stream, Buffer.from(`T ${text}\n`)])));
        expect(assemble(false, cut(whole, at))).to.deep.equal(
          sent.map(([stream, text]) => ({ stream: stream === 1 ? 'stdout' : 'stderr', time: 'T', text })),
        );
      }),
    );
  });

  it('put a long line together again, without the times between', () => {
    const euro = Buffer.from('€');
    const frames = [
      Buffer.concat([Buffer.from('T1 a'), euro.subarray(0, 1)]),
      Buffer.concat([Buffer.from('T2 '), euro.subarray(1), Buffer.from('b\n')]),
    ];
    expect(
      assemble(
        false,
        frames.map((content) => frame([1, content])),
      ),
    ).to.deep.equal([{ stream: 'stdout', time: 'T1', text: 'a€b' }]);
  });

  it('end without a newline when the program does', () => {
    expect(assemble(false, [frame([2, Buffer.from('T unfinished')])])).to.deep.equal([
      { stream: 'stderr', time: 'T', text: 'unfinished' },
    ]);
  });

  it('of a terminal come without frames and carriage returns', () => {
    expect(assemble(true, [Buffer.from('T1 one\r\nT2 t'), Buffer.from('wo')])).to.deep.equal([
      { stream: 'stdout', time: 'T1', text: 'one' },
      { stream: 'stdout', time: 'T2', text: 'two' },
    ]);
  });
});
