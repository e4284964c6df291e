import { ByteReader } from './byte-reader.ts';
import { type ExtendedHeader, readEntry, type TarEntry } from './tar-entry.ts';
import { block, field, keyOf, numberIn, octal, padded, sealHeader } from './tar-header.ts';

export interface EntryRules {
  /** Files keep setuid and setgid bits, capabilities and all other extended attributes. */
  readonly sameModes: boolean;
}

/** Counts of entries. */
export interface LeftOut {
  /** Devices, named pipes, and other names of these. */
  special: number;
  /** Files that lost what would have let them run with other rights than their caller's. */
  privileged: number;
}

/**
 * The tar of a backup, which somebody else may have made, without devices and named pipes and, unless `sameModes`, without what lets a
 * file run with other rights than its caller's. All else passes byte for byte. Reads its source to the end, and counts in `leftOut`.
 */
export async function* restoredEntries(
  archive: AsyncIterable<Buffer>,
  { sameModes }: EntryRules,
  leftOut: LeftOut,
): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(archive);
  const special = new Set<string>();
  for (let entry = await readEntry(bytes); entry !== undefined; entry = await readEntry(bytes)) {
    const isSpecial = isOneOf(special, entry);
    if (isSpecial) {
      special.add(entry.name);
      leftOut.special += 1;
    } else {
      const restored = sameModes ? entry : withoutPrivileges(entry);
      if (restored !== entry) leftOut.privileged += 1;
      yield bytesOf(restored);
    }
    for await (const chunk of bytes.pass(padded(entry.size))) if (!isSpecial) yield chunk;
  }
  yield Buffer.alloc(2 * block);
  await bytes.drain();
}

function isOneOf(special: ReadonlySet<string>, { type, linkName }: TarEntry): boolean {
  return type === 'device' || type === 'pipe' || (type === 'link' && special.has(linkName));
}

function bytesOf({ extended, header }: TarEntry): Buffer {
  return Buffer.concat([...extended.flatMap((each) => [each.header, each.content]), header]);
}

const setIds = 0o6000;

/** The same entry when it has none. Directories keep setgid, which gives what is made in them their group and nobody a right. */
function withoutPrivileges(entry: TarEntry): TarEntry {
  const { type, header, records } = entry;
  const mode = numberIn(header, field.mode);
  const hasSetId = (type === 'file' || type === 'link') && (mode & setIds) !== 0;
  const kept = records.filter((record) => !isPrivilege(record));
  if (!hasSetId && kept.length === records.length) return entry;
  return {
    ...entry,
    header: hasSetId ? withField(header, 'mode', mode & 0o7777 & ~setIds) : header,
    extended: entry.extended.flatMap((each) => (each.letter === 'x' ? withRecords(each, kept) : [each])),
  };
}

/** Only a user's own attributes and access lists give nobody rights over the host. */
function isPrivilege(record: Buffer): boolean {
  const key = keyOf(record);
  return key.startsWith('SCHILY.xattr.') && !/^SCHILY\.xattr\.(?:user\.|system\.posix_acl_)/.test(key);
}

function withRecords({ letter, header }: ExtendedHeader, records: readonly Buffer[]): readonly ExtendedHeader[] {
  const content = Buffer.concat(records);
  if (content.length === 0) return [];
  const padding = Buffer.alloc(padded(content.length) - content.length);
  return [{ letter, header: withField(header, 'size', content.length), content: Buffer.concat([content, padding]) }];
}

function withField(header: Buffer, name: 'mode' | 'size', value: number): Buffer {
  const changed = Buffer.from(header);
  const [from, to] = field[name];
  changed.write(`${octal(value, to - from - 1)}\0`, from, 'latin1');
  sealHeader(changed);
  return changed;
}
