import { DirectoryError, RevisionGone } from '../directory-errors.ts';
import { sortedByKey, type Entry, type Snapshot } from '../key-space.ts';
import type { EtcdHttp } from './http.ts';
import { encode, entryOf, rangeOf, revisionOf, type RawEntry, type RawHeader } from './wire.ts';

interface RawRange {
  readonly header: RawHeader;
  readonly kvs?: readonly RawEntry[];
  readonly more?: boolean;
}

const maxEntries = 100_000;
const attempts = 3;

/** All entries below a prefix at one revision, in pages, so that no single answer is too large. */
export async function readPrefix(
  http: EtcdHttp,
  prefix: string,
  pageSize: number,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readPages(http, prefix, pageSize, signal);
    } catch (error) {
      // The history was compacted between two pages.
      if (!(error instanceof RevisionGone) || attempt === attempts) throw error;
    }
  }
}

async function readPages(
  http: EtcdHttp,
  prefix: string,
  pageSize: number,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const step = `read the keys below ${prefix}`;
  const { range_end, key: first } = rangeOf(prefix);
  const entries: Entry[] = [];
  for (let key = first, revision = 0n; ;) {
    const body = { key, range_end, limit: pageSize, revision: String(revision) };
    const page = await http.call<RawRange>({ step, path: 'kv/range', body, signal, isRepeatable: true });
    entries.push(...(page.kvs ?? []).map(entryOf));
    if (entries.length > maxEntries) throw tooMany(step);
    if (revision === 0n) revision = revisionOf(page.header);
    const last = entries.at(-1);
    if (page.more !== true || last === undefined) return { prefix, entries: sortedByKey(entries), revision };
    key = encode(`${last.key}\0`);
  }
}

function tooMany(step: string): DirectoryError {
  return new DirectoryError(`${step}: there are more than ${maxEntries}`, {
    code: 'ETCD_TOO_MUCH',
    suggestions: ['use a prefix with fewer keys'],
  });
}
