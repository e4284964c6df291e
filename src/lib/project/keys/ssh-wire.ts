/** Data types of SSH's keys and certificates (RFC 4251, section 5). */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** Bytes after their length. */
export function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Reads one field after the other; after the end they are empty. */
export class FieldReader {
  readonly #blob: Buffer;
  #at: number;

  constructor(blob: Buffer, start = 0) {
    this.#blob = blob;
    this.#at = start;
  }

  field(): Buffer {
    const start = this.#at + 4;
    const length = start <= this.#blob.length ? this.#blob.readUInt32BE(this.#at) : 0;
    this.#at = start + length;
    return this.#blob.subarray(start, this.#at);
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }
}
