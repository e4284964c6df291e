import { DirectoryUnreachable, RevisionGone } from '../directory-errors.ts';
import type { Change, Changes, Snapshot } from '../key-space.ts';
import type { EtcdHttp } from './http.ts';
import { decode, entryOf, rangeOf, revisionOf, type RawEntry, type RawHeader } from './wire.ts';

interface RawWatchAnswer {
  readonly header?: RawHeader;
  readonly created?: boolean;
  readonly canceled?: boolean;
  readonly cancel_reason?: string;
  readonly compact_revision?: string;
  readonly events?: readonly RawEvent[];
}

interface RawEvent {
  /** Left out for a put. */
  readonly type?: 'DELETE';
  readonly kv: RawEntry;
}

/** One watch from a snapshot on. Ends without an error when the signal aborts. */
export async function* watchPrefix(
  http: EtcdHttp,
  { prefix, revision }: Snapshot,
  signal: AbortSignal,
): AsyncGenerator<Changes, void> {
  const step = `watch the keys below ${prefix}`;
  const body = { create_request: { ...rangeOf(prefix), start_revision: String(revision + 1n) } };
  try {
    for await (const answer of http.stream<RawWatchAnswer>({ step, path: 'watch', body, signal, isRepeatable: true })) {
      if (answer.canceled === true) throw await cancelled(http, step, prefix, answer);
      if (answer.created === true) yield started(step, revision, answer);
      else if (answer.events !== undefined) yield changesOf(answer.events);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** etcd would wait in silence for a revision that it does not have yet. */
function started(step: string, revision: bigint, { header }: RawWatchAnswer): Changes {
  if (revisionOf(header) < revision) throw new RevisionGone(step, 'reset');
  return { revision, changes: [] };
}

/** The answer gives the reason as a text only; a read of the same keys fails for the same reason with its code. */
async function cancelled(http: EtcdHttp, step: string, prefix: string, answer: RawWatchAnswer): Promise<Error> {
  if (answer.compact_revision !== undefined) return new RevisionGone(step, 'compacted');
  await http.call({ step, path: 'kv/range', body: { ...rangeOf(prefix), limit: 1 }, isRepeatable: true });
  const reason = answer.cancel_reason ?? 'no reason given';
  return new DirectoryUnreachable(`${step}: ${http.name} cancelled the watch: ${reason}`, { code: 'ETCD_UNREACHABLE' });
}

/** The header may have a later revision than the events, with more events to come. */
function changesOf(events: readonly RawEvent[]): Changes {
  const revisions = events.map(({ kv }) => BigInt(kv.mod_revision ?? 0));
  return {
    revision: revisions.reduce((last, each) => (each > last ? each : last), 0n),
    changes: events.map(changeOf),
  };
}

function changeOf({ type, kv }: RawEvent): Change {
  return type === 'DELETE' ? { key: decode(kv.key) } : { key: decode(kv.key), entry: entryOf(kv) };
}
