import { Writable, type Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';

export type OutputName = 'stdout' | 'stderr';

/** One frame of a multiplexed stream. */
export interface Frame {
  readonly stream: OutputName;
  readonly content: Buffer;
}

const headerLength = 8;

/** Parses a multiplexed stream into its frames, whatever its chunks are. */
export class FrameParser {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headerLength) {
      const end = headerLength + this.#rest.readUInt32BE(4);
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
    for (const { stream, content } of this.#parser.push(chunk)) {
      const output = this.#outputs[stream];
      if (!output.destroyed && !output.write(content)) full.add(output);
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

/** Reads to the end, and keeps only the first bytes, so that memory stays bounded. */
export async function textOf(stream: Readable, maxBytes = Infinity): Promise<string> {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  for await (const chunk of stream) {
    const kept = (chunk as Buffer).subarray(0, left);
    if (kept.length > 0) chunks.push(kept);
    left -= kept.length;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses a stream of JSON documents, one on each line. */
export async function* readJsonLines<T>(stream: Readable): AsyncGenerator<T> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as T;
}

/** One document of the answers to load, pull and build. */
export interface ProgressDocument {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  readonly aux?: unknown;
}

/** Reads to the end. Rejects when the engine reports an error in the stream, whose HTTP status was 200. */
export async function followProgress(
  step: string,
  stream: Readable,
  onDocument: (document: ProgressDocument) => void,
): Promise<void> {
  for await (const document of readJsonLines<ProgressDocument>(stream)) {
    const message = document.errorDetail?.message ?? document.error;
    if (message !== undefined) throw new EngineError(`${step}: ${message}`, { code: 'ENGINE_REFUSED' });
    onDocument(document);
  }
}
