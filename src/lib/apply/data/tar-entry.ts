import { cutAt } from '../../cut-text.ts';
import type { ByteReader } from './byte-reader.ts';
import {
  block,
  checkHeaderSum,
  DamagedTar,
  field,
  numberIn,
  padded,
  recordsOf,
  typeAt,
  valueIn,
} from './tar-header.ts';

type EntryType = 'file' | 'link' | 'symlink' | 'device' | 'directory' | 'pipe';

/** Types by their letter in a header. Others are not in what engines write, and readers differ about them. */
const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'pipe',
};

/** A header about the entry after it: `x` has records, `L` and `K` a long name. */
export interface ExtendedHeader {
  readonly letter: 'x' | 'L' | 'K';
  readonly header: Buffer;
  /** With its padding. */
  readonly content: Buffer;
}

export interface TarEntry {
  readonly type: EntryType;
  /** Bytes as latin1, for comparing only. */
  readonly name: string;
  readonly linkName: string;
  /** Of the content, in bytes. */
  readonly size: number;
  readonly records: readonly Buffer[];
  readonly extended: readonly ExtendedHeader[];
  readonly header: Buffer;
}

const maxExtended = 1024 * 1024;

/**
 * The next entry's headers; undefined at the end of the tar. Throws on what two readers could understand in two ways.
 */
export async function readEntry(bytes: ByteReader): Promise<TarEntry | undefined> {
  const extended: ExtendedHeader[] = [];
  for (;;) {
    const header = await bytes.take(block);
    if (header.every((byte) => byte === 0)) {
      if (extended.length > 0) throw new DamagedTar('it ends within an entry');
      return undefined;
    }
    checkHeaderSum(header);
    const letter = String.fromCharCode(header[typeAt] ?? 0);
    if (letter !== 'x' && letter !== 'L' && letter !== 'K') return entryOf(letter, header, extended);
    const size = numberIn(header, field.size);
    if (size > maxExtended || extended.some((other) => other.letter === letter))
      throw new DamagedTar('it has a header too many, or too long');
    extended.push({ letter, header, content: await bytes.take(padded(size)) });
  }
}

/** Its headers, as they are in the tar. */
export function headersOf({ extended, header }: TarEntry): Buffer {
  return Buffer.concat([...extended.flatMap((each) => [each.header, each.content]), header]);
}

function entryOf(letter: string, header: Buffer, extended: readonly ExtendedHeader[]): TarEntry {
  const type = types[letter];
  if (type === undefined) throw new DamagedTar(`it has an entry of the unknown type ${JSON.stringify(letter)}`);
  const pax = extended.find((each) => each.letter === 'x');
  const records = pax === undefined ? [] : recordsOf(pax.content.subarray(0, numberIn(pax.header, field.size)));
  const long = (wanted: 'L' | 'K'): string | undefined => {
    const found = extended.find((each) => each.letter === wanted);
    return found === undefined ? undefined : textIn(found.content, 0, found.content.length);
  };
  const prefix = textIn(header, 345, 500);
  const short = `${prefix === '' ? '' : `${prefix}/`}${textIn(header, 0, 100)}`;
  const name = valueIn(records, 'path') ?? long('L') ?? short;
  const linkName = valueIn(records, 'linkpath') ?? long('K') ?? textIn(header, 157, 257);
  const size = sizeOf(header, records);
  // Some readers take a file whose name ends with a slash for a directory, which has no content.
  if (size > 0 && (type !== 'file' || name.endsWith('/'))) throw new DamagedTar('what is no file has content');
  return { type, name: plainName(name), linkName: plainName(linkName), size, records, extended, header };
}

function sizeOf(header: Buffer, records: readonly Buffer[]): number {
  const text = valueIn(records, 'size');
  if (text === undefined) return numberIn(header, field.size);
  if (!/^\d{1,15}$/.test(text)) throw new DamagedTar('it has a size that cannot be read');
  return Number(text);
}

function textIn(bytes: Buffer, from: number, to: number): string {
  return cutAt(bytes.toString('latin1', from, to), '\0');
}

function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
