import { RevisionGone } from '../directory-errors.ts';
import { withChanges, type Changes, type Snapshot } from '../key-space.ts';
import { pause } from '../pause.ts';
import { differences, entryOf } from './entries.ts';
import type { ConsulHttp } from './http.ts';
import { listKeys } from './keys.ts';

export interface ChangesOptions {
  /** How long Consul may hold a blocking query when nothing changes. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

/** The least time between two queries without news: a proxy may answer at once, or strip the index. */
const idlePauseMs = 1000;

/**
 * Changes since a snapshot by blocking queries: each answer is the whole state, and is compared with the last one. Ends
 * without an error when the signal aborts.
 */
export async function* watchChanges(
  http: ConsulHttp,
  from: Snapshot,
  { waitSeconds, signal }: ChangesOptions,
): AsyncGenerator<Changes, void> {
  const { prefix } = from;
  let isFirst = true;
  for (let known = from; !signal.aborted; isFirst = false) {
    const begin = performance.now();
    // The first query does not block: with an index of lost data, Consul would wait until it is reached again.
    const blocking = isFirst || known.revision === 0n ? undefined : { index: known.revision, waitSeconds };
    const answer = await listKeys(http, prefix, blocking, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (answer === undefined) return;
    const changes = differences(known.entries, answer.keys.map(entryOf));
    // Without changes, Consul has only forgotten that something was deleted.
    if (answer.index < known.revision && changes.length > 0)
      throw new RevisionGone(`watch the keys below ${prefix}`, 'reset');
    const news = { revision: answer.index, changes };
    known = withChanges(known, news);
    if (isFirst || changes.length > 0) yield news;
    else if (performance.now() - begin < idlePauseMs) await pause(idlePauseMs, signal);
  }
}
