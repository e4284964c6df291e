import type { Readable } from 'node:stream';
import { EngineUnreachable } from '../errors.ts';
import { loadDockerode } from './dockerode.ts';
import { wrapFailure } from './engine-errors.ts';
import { readJsonLines } from './engine-streams.ts';
import type { EngineEvent, LabelFilter } from './engine.ts';
import { labelFilter, type Connection } from './http.ts';

interface RawEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly time: number;
}

const step = 'watch events';

/**
 * The engine's events from the moment of this call, not only from the first read: what is listed afterwards misses none.
 * Ends quietly when the signal aborts; a stream that the engine ends is an error, since silence would look like "no changes".
 */
export function watchEvents(connection: Connection, labels: LabelFilter, signal: AbortSignal): AsyncIterable<EngineEvent> {
  const stream = openEvents(connection, labels, signal);
  stream.catch(() => {});
  return read(stream, signal);
}

async function openEvents(connection: Connection, labels: LabelFilter, signal: AbortSignal): Promise<Readable> {
  const dockerode = await loadDockerode(connection);
  const filters = labelFilter(labels);
  return (await dockerode.getEvents({ abortSignal: signal, ...(filters === undefined ? {} : { filters }) })) as Readable;
}

async function* read(stream: Promise<Readable>, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  try {
    for await (const raw of readJsonLines<RawEvent>(await stream)) {
      yield { type: raw.Type, action: raw.Action, id: raw.Actor.ID, labels: raw.Actor.Attributes ?? {}, time: raw.time };
    }
  } catch (cause) {
    if (!signal.aborted) throw wrapFailure(step, cause);
  }
  if (!signal.aborted) throw new EngineUnreachable(`${step}: the engine ended the stream`, { code: 'ENGINE_UNREACHABLE' });
}
