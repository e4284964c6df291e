import { trimEndOf } from '../../cut-text.ts';
/** The unit of a tar: a header is one, content is padded to whole ones. */
export const block = 512;

/** Where a field of a header begins and ends. */
export const field = { mode: [100, 108], size: [124, 136], checksum: [148, 156] } as const;
export const typeAt = 156;

/** Octal digits; or, from 8 GiB on, a binary number after a first byte of 0x80. */
export function numberIn(header: Buffer, [from, to]: readonly [number, number]): number {
  const bytes = header.subarray(from, to);
  if (bytes[0] === 0x80) return Number(BigInt(`0x${bytes.toString('hex', 1)}`));
  const digits = trimEndOf(bytes.toString('latin1').replace(/^ +/, ''), ' \0');
  if (!/^[0-7]*$/.test(digits)) throw new DamagedTar('a header has a number that cannot be read');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

export function checkHeaderSum(header: Buffer): void {
  if (numberIn(header, field.checksum) !== sumOf(header)) throw new DamagedTar('a header has the wrong checksum');
}

export function sealHeader(header: Buffer): void {
  header.write(`${octal(sumOf(header), 6)}\0 `, field.checksum[0], 'latin1');
}

/** Of all bytes, with those of the checksum itself as spaces. */
function sumOf(header: Buffer): number {
  const [from, to] = field.checksum;
  return header.reduce((sum, byte, index) => sum + (index >= from && index < to ? 0x20 : byte), 0);
}

export function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

export function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

/** `30 mtime=1700000000.123456789\n`, each with its own length in front. No key is there twice. */
export function recordsOf(content: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const [, digits] = /^(\d{1,7}) /.exec(content.toString('latin1', at, at + 8)) ?? [];
    const end = at + Number(digits);
    const record = content.subarray(at, end);
    if (digits === undefined || end > content.length || record.at(-1) !== 0x0a || keyOf(record) === '')
      throw new DamagedTar('it has an extended header that cannot be read');
    records.push(record);
    at = end;
  }
  const keys = records.map(keyOf);
  if (new Set(keys).size !== keys.length) throw new DamagedTar('an extended header says one thing twice');
  return records;
}

export function keyOf(record: Buffer): string {
  const text = record.toString('latin1');
  return text.slice(text.indexOf(' ') + 1, Math.max(0, text.indexOf('=')));
}

export function valueIn(records: readonly Buffer[], key: string): string | undefined {
  const text = records.find((record) => keyOf(record) === key)?.toString('latin1');
  return text?.slice(text.indexOf('=') + 1, -1);
}

/** A tar that cannot be read, or that two programs could read differently. The message completes "because …". */
export class DamagedTar extends Error {
  override readonly name = 'DamagedTar';
}
