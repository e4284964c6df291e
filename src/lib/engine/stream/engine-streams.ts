import { Writable, type Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { LineSplitter } from '../../line-splitter.ts';
import { engineError } from '../engine-errors.ts';
import { parseJson } from '../../json.ts';
import { WrongShape, number, object, optional, text, type Shape, type Shaped } from '../shape.ts';

export type OutputName = 'stdout' | 'stderr';

/** One frame of a multiplexed stream. */
export interface Frame {
  readonly stream: OutputName;
  readonly content: Buffer;
}

const headerLength = 8;
/** Engines send much smaller ones. A larger number is no length, but the text of something else. */
const maxFrame = 16 * 2 ** 20;

function notFrames(): EngineError {
  return new EngineError('what the engine sends as the output of a container has not the form of its API', {
    code: 'ENGINE_ANSWER_INVALID',
  });
}

/** Parses a multiplexed stream into its frames, whatever its chunks are. */
export class FrameParser {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headerLength) {
      const length = this.#rest.readUInt32BE(4);
      if ((this.#rest[0] ?? 0) > 2 || length > maxFrame) throw notFrames();
      const end = headerLength + length;
      if (this.#rest.length < end) return;
      yield { stream: this.#rest[0] === 2 ? 'stderr' : 'stdout', content: this.#rest.subarray(headerLength, end) };
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** Writes each frame to its output. Both outputs wait for the slower reader, because they share the stream. */
export class Demultiplexer extends Writable {
  readonly #outputs: Readonly<Record<OutputName, Writable>>;
  readonly #parser = new FrameParser();

  constructor(outputs: Readonly<Record<OutputName, Writable>>) {
    super();
    this.#outputs = outputs;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const full = new Set<Writable>();
    try {
      for (const { stream, content } of this.#parser.push(chunk)) {
        const output = this.#outputs[stream];
        if (!output.destroyed && !output.write(content)) full.add(output);
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    whenDrained([...full], done);
  }
}

function whenDrained(outputs: readonly Writable[], done: () => void): void {
  let open = outputs.length;
  if (open === 0) {
    done();
    return;
  }
  for (const output of outputs) {
    const settle = (): void => {
      output.off('drain', settle).off('close', settle);
      open -= 1;
      if (open === 0) done();
    };
    output.on('drain', settle).on('close', settle);
  }
}

/** Much more than any command prints whose output is read as a whole. */
const usualMaxBytes = 8 * 2 ** 20;

/** Reads to the end, and keeps only the first bytes, so that memory stays bounded. */
export async function textOf(stream: AsyncIterable<unknown>, maxBytes = usualMaxBytes): Promise<string> {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  for await (const chunk of stream) {
    const kept = (chunk as Buffer).subarray(0, left);
    if (kept.length > 0) chunks.push(kept);
    left -= kept.length;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A single document of an answer is not larger. */
const maxDocument = 8 * 2 ** 20;

/** Parses a stream of JSON documents, one on each line. */
export async function* readJsonLines<T>(stream: Readable, shape: Shape<T>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  const splitter = new LineSplitter(maxDocument);
  for await (const chunk of stream) {
    for (const line of splitter.push(decoder.decode(chunk as Buffer, { stream: true })))
      if (line.trim() !== '') yield parseDocument(line, shape);
  }
  for (const line of splitter.end()) if (line.trim() !== '') yield parseDocument(line, shape);
}

function parseDocument<T>(line: string, shape: Shape<T>): T {
  try {
    return shape(parseJson(line), 'a document');
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof WrongShape)) throw cause;
    const reason = cause instanceof WrongShape ? cause.message : 'a line is no JSON';
    throw new WrongShape(`in its stream, ${reason}`, { cause });
  }
}

/** One document of the answers to build, load and pull. */
export const progressDocument = object({
  stream: optional(text),
  status: optional(text),
  id: optional(text),
  progressDetail: optional(object({ current: optional(number), total: optional(number) })),
  error: optional(text),
  errorDetail: optional(object({ code: optional(number), message: optional(text) })),
  aux: (value) => value,
});
export type ProgressDocument = Shaped<typeof progressDocument>;

/** Reads to the end. Rejects when the engine reports an error in the stream, whose HTTP status was 200. */
export async function followProgress(
  step: string,
  stream: Readable,
  onDocument: (document: ProgressDocument) => void,
): Promise<void> {
  for await (const document of readJsonLines(stream, progressDocument)) {
    const message = document.errorDetail?.message ?? document.error;
    if (message !== undefined) throw engineError(step, { status: 500, message });
    onDocument(document);
  }
}
