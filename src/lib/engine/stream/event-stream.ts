import type { Readable } from 'node:stream';
import { definedOnly } from '../../defined.ts';
import { EngineUnreachable } from '../../errors.ts';
import { asReadable, loadDockerode } from '../dockerode.ts';
import { wrapFailure } from '../engine-errors.ts';
import { whileAlive } from '../connection/alive.ts';
import { number, object, optional, record, text } from '../shape.ts';
import { readJsonLines } from './engine-streams.ts';
import { streamOpened, type EngineEvent, type LabelFilter } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { labelFilter } from '../connection/request.ts';

const rawEvent = object({
  Type: text,
  Action: text,
  Actor: object({ ID: text, Attributes: optional(record(text)) }),
  time: number,
});

const step = 'watch events';

/**
 * The engine's events, after `streamOpened`: a list that is taken then misses nothing. Ends when the signal aborts. A
 * stream that the engine ends is an error, because silence would look like "no changes".
 */
export async function* watchEvents(
  connection: Connection,
  labels: LabelFilter,
  signal: AbortSignal,
  actions?: readonly string[],
): AsyncGenerator<EngineEvent> {
  try {
    const stream = await openEvents(connection, labels, signal, actions);
    yield streamOpened;
    for await (const raw of readJsonLines(stream, rawEvent)) {
      yield {
        type: raw.Type,
        action: raw.Action,
        id: raw.Actor.ID,
        labels: raw.Actor.Attributes ?? {},
        time: raw.time,
      };
    }
  } catch (cause) {
    if (!signal.aborted) throw wrapFailure(step, cause, { address: connection.address });
  }
  if (!signal.aborted)
    throw new EngineUnreachable(`${step}: the engine at ${connection.address} ended the stream`, {
      code: 'ENGINE_UNREACHABLE',
    });
}

async function openEvents(
  connection: Connection,
  labels: LabelFilter,
  signal: AbortSignal,
  actions: readonly string[] | undefined,
): Promise<Readable> {
  const dockerode = await loadDockerode(connection);
  const filters =
    actions === undefined
      ? labelFilter(labels)
      : JSON.stringify({ ...(JSON.parse(labelFilter(labels) ?? '{}') as object), event: actions });
  return asReadable(
    await whileAlive(connection, dockerode.getEvents({ abortSignal: signal, ...definedOnly({ filters }) })),
  );
}
