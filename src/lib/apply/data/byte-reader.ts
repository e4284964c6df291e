import { DamagedTar } from './tar-header.ts';

/** Reads a stream in pieces of given sizes. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** As one buffer. Rejects with DamagedTar when the stream ends before. */
  async take(size: number): Promise<Buffer> {
    if (size <= this.#rest.length) return this.#cut(size);
    const parts: Buffer[] = [];
    for await (const part of this.pass(size)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** As it comes, in parts of any size. */
  async *pass(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) await this.#fill();
      const part = this.#cut(left);
      left -= part.length;
      yield part;
    }
  }

  #cut(size: number): Buffer {
    const part = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new DamagedTar('it is cut off');
    this.#rest = next.value;
  }

  /** Reads the stream to its end, so that a compressed one is checked to its end. */
  async drain(): Promise<void> {
    while ((await this.#source.next()).done !== true);
  }

  /** Closes the stream, read or not. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
