import { Writable, type Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';

export type OutputName = 'stdout' | 'stderr';

/** One piece of a multiplexed stream, as the engine wrote it. */
export interface Frame {
  readonly stream: OutputName;
  readonly content: Buffer;
}

const headerLength = 8;

/** Cuts a multiplexed stream into its frames, however its chunks fall. */
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

/** Where the frames of a stream go. Waits for a reader that is slow; the other stream waits with it. */
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

/** Reads to the end and keeps the beginning: who writes without end fills no memory. */
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

/** The documents of a stream, one a line. */
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

/** A line of the streams that load, pull and build answer with. */
export interface ProgressDocument {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  readonly aux?: unknown;
}

/** Reads to the end and rejects on an error that the engine reports within the stream: its HTTP status was 200 by then. */
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
