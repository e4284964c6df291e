import { OperationFailed } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { headersOf, readEntry, type ExtendedHeader, type TarEntry } from './tar-entry.ts';
import { DamagedTar, block, field, keyOf, numberIn, octal, padded, sealHeader } from './tar-header.ts';

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

/** Sees every entry of the source, also those that are left out. */
export interface EntryObserver {
  begin(entry: TarEntry): void;
  content(bytes: Buffer): void;
}

/**
 * The tar of a backup, which anybody may have made, as it is restored: without devices and named pipes and, unless
 * `sameModes`, without what lets a file run with other rights than its caller's. Everything else passes byte for byte.
 * Reads its source to the end, and counts what it leaves out in `leftOut`.
 */
export async function* restoredEntries(
  archive: AsyncIterable<Buffer>,
  { sameModes }: EntryRules,
  leftOut: LeftOut,
  observer?: EntryObserver,
): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(archive);
  const special = new Set<string>();
  try {
    for (let entry = await readEntry(bytes); entry !== undefined; entry = await readEntry(bytes)) {
      observer?.begin(entry);
      const restored = restoredEntry(entry, special, sameModes);
      if (restored === undefined) leftOut.special += 1;
      else if (restored !== entry) leftOut.privileged += 1;
      if (restored !== undefined) yield headersOf(restored);
      for await (const chunk of bytes.pass(padded(entry.size))) {
        observer?.content(chunk);
        if (restored !== undefined) yield chunk;
      }
    }
    yield Buffer.alloc(2 * block);
    await bytes.drain();
  } catch (error) {
    throw error instanceof DamagedTar ? unusable(error) : error;
  } finally {
    await bytes.close();
  }
}

/** Undefined for what is left out, which is remembered: other names of it are left out, too. */
function restoredEntry(entry: TarEntry, special: Set<string>, sameModes: boolean): TarEntry | undefined {
  if (isSpecial(entry, special)) {
    special.add(entry.name);
    return undefined;
  }
  return sameModes ? entry : withoutPrivileges(entry);
}

function isSpecial({ type, linkName }: TarEntry, special: ReadonlySet<string>): boolean {
  return type === 'device' || type === 'pipe' || (type === 'link' && special.has(linkName));
}

function unusable(cause: DamagedTar): OperationFailed {
  return new OperationFailed(`the backup cannot be unpacked: ${cause.message}`, {
    code: 'DAMAGED_BACKUP',
    suggestions: ['use another backup; nothing was changed'],
    cause,
  });
}

const setIds = 0o6000;

/**
 * The same entry when it has none. Directories keep setgid, which gives what is made in them their group and nobody a
 * right.
 */
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
