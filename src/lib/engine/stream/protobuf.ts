/**
 * Reads the protobuf wire format: field numbers and their raw values, without a schema. That is enough for BuildKit's
 * progress, and takes two hundred times less code than a library with a schema compiler.
 */
export type ProtobufFields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

export function readProtobuf(message: Buffer): ProtobufFields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  const cursor = { offset: 0 };
  while (cursor.offset < message.length) {
    const key = Number(readVarint(message, cursor));
    const value = readValue(message, cursor, key & 7);
    const values = fields.get(key >>> 3) ?? [];
    values.push(value);
    fields.set(key >>> 3, values);
  }
  return fields;
}

export function messagesOf(fields: ProtobufFields, field: number): readonly ProtobufFields[] {
  return buffersOf(fields, field).map(readProtobuf);
}

export function buffersOf(fields: ProtobufFields, field: number): readonly Buffer[] {
  return (fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value));
}

export function stringOf(fields: ProtobufFields, field: number): string {
  return buffersOf(fields, field).at(-1)?.toString('utf8') ?? '';
}

/** True when the field is there and not zero. */
export function hasField(fields: ProtobufFields, field: number): boolean {
  const value = fields.get(field)?.at(-1);
  return value !== undefined && value !== 0n;
}

interface Cursor {
  offset: number;
}

function readValue(message: Buffer, cursor: Cursor, wireType: number): Buffer | bigint {
  switch (wireType) {
    case 0:
      return readVarint(message, cursor);
    case 1:
      return take(message, cursor, 8);
    case 2:
      return take(message, cursor, Number(readVarint(message, cursor)));
    case 5:
      return take(message, cursor, 4);
    default:
      throw new RangeError(`protobuf: unknown wire type ${String(wireType)}`);
  }
}

function readVarint(message: Buffer, cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[cursor.offset];
    if (byte === undefined) break;
    cursor.offset += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError('protobuf: truncated number');
}

function take(message: Buffer, cursor: Cursor, length: number): Buffer {
  const end = cursor.offset + length;
  if (end > message.length) throw new RangeError('protobuf: truncated message');
  const content = message.subarray(cursor.offset, end);
  cursor.offset = end;
  return content;
}
