import { expect } from 'chai';
import fc from 'fast-check';
import { BuildKitProgress, ClassicProgress } from '../../../../src/lib/engine/stream/build-progress.ts';
import { readProtobuf } from '../../../../src/lib/engine/stream/protobuf.ts';

type Value = number | string | Buffer;

/** The wire format, written as simply as can be. */
function encode(fields: readonly (readonly [field: number, value: Value])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'number') return [varint(field << 3), varint(value)];
      const content = Buffer.from(value);
      return [varint((field << 3) | 2), varint(content.length), content];
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

const time = encode([[1, 1_700_000_000]]);
interface Vertex {
  readonly name: string;
  readonly started?: boolean;
  readonly completed?: boolean;
  readonly cached?: boolean;
  readonly error?: string;
}
const trace = (vertexes: readonly Vertex[], logs: readonly (readonly [name: string, text: string])[] = []): string =>
  encode([
    ...vertexes.map(
      ({ name, started = true, completed = false, cached = false, error = '' }) =>
        [
          1,
          encode([
            [1, `sha256:${name}`],
            [3, name],
            ...(cached ? [[4, 1] as const] : []),
            ...(started ? [[5, time] as const] : []),
            ...(completed ? [[6, time] as const] : []),
            ...(error === '' ? [] : [[7, error] as const]),
          ]),
        ] as const,
    ),
    ...logs.map(
      ([name, text]) =>
        [
          3,
          encode([
            [1, `sha256:${name}`],
            [3, 1],
            [4, text],
          ]),
        ] as const,
    ),
  ]).toString('base64');

function run(traces: readonly string[]): { readonly lines: string[]; readonly progress: BuildKitProgress } {
  const lines: string[] = [];
  const progress = new BuildKitProgress((line) => lines.push(line));
  for (const one of traces) progress.push(one);
  return { lines, progress };
}

describe('progress of a build', () => {
  it('is each step once, with its output below', () => {
    const { lines } = run([
      trace([{ name: '[internal] load build definition' }, { name: '[1/2] FROM x', started: false }]),
      trace([{ name: '[1/2] FROM x', completed: true, cached: true }, { name: '[2/2] RUN make' }]),
      trace(
        [{ name: '[2/2] RUN make' }],
        [
          ['[2/2] RUN make', 'one\ntw'],
          ['[2/2] RUN make', 'o\n10%\r50%\r100%\n'],
        ],
      ),
      trace([{ name: '[2/2] RUN make', completed: true }], [['[2/2] RUN make', 'unfinished']]),
    ]);
    expect(lines).to.deep.equal([
      '[1/2] FROM x (cached)',
      '[2/2] RUN make',
      '  one',
      '  two',
      '  100%',
      '  unfinished',
    ]);
  });

  it('knows the step that failed first, with its last output', () => {
    const { progress } = run([
      trace(
        [{ name: 'a' }, { name: 'b' }],
        [
          ['a', Array.from({ length: 50 }, (_, index) => `${String(index)}\n`).join('')],
          ['b', 'other\n'],
        ],
      ),
      trace([{ name: 'a', completed: true, error: 'exit code: 2' }]),
      trace([{ name: 'b', completed: true, error: 'context canceled' }]),
    ]);
    expect(progress.failed).to.deep.include({ name: 'a', error: 'exit code: 2' });
    expect(progress.failed?.lines).to.have.length(30).and.include('49').and.not.include('other');
  });

  it('of the classic builder has the step and its output too', () => {
    const progress = new ClassicProgress(() => {});
    progress.push('Step 1/2 : FROM x\nold\nStep 2/2 : RUN ma');
    progress.push('ke\nboo\n');
    expect(progress.failedBy('exit 2')).to.deep.equal({ name: 'Step 2/2 : RUN make', error: 'exit 2', lines: ['boo'] });
  });
});

describe('protobuf reader', () => {
  it('reads back what was written', () => {
    const value = fc.oneof(
      fc.nat(),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), value)), (fields) => {
        const read = readProtobuf(encode(fields));
        for (const [field] of fields) {
          const expected = fields
            .filter(([one]) => one === field)
            .map(([, one]) => (typeof one === 'number' ? BigInt(one) : one));
          expect(read.get(field)).to.deep.equal(expected);
        }
      }),
    );
  });

  it('never reads beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readProtobuf(Buffer.from(bytes));
        } catch (error) {
          expect(error).to.be.instanceOf(RangeError);
        }
      }),
    );
  });
});
