import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from '../../errors.ts';
import { parseEvents, type EventAnswer } from '../../event-stream.ts';
import type { ServicesClient } from './services-client.ts';

const pauseMs = 1000;

/** Events as they come, also after the connection was lost, until the signal aborts. Rejects when it cannot begin. */
export async function* readEvents(
  client: Pick<ServicesClient, 'events'>,
  signal: AbortSignal,
  onLost: (reason: string) => void,
): AsyncGenerator<EventAnswer> {
  let stream = await client.events(undefined);
  for (let lastId: string | undefined; ;) {
    try {
      for await (const event of parseEvents(stream)) {
        lastId = event.id;
        yield event;
      }
    } catch {
      // The connection broke; what was missed comes after the next one.
    }
    if (signal.aborted) throw new Interrupted();
    onLost('the server has closed the connection');
    stream = await reconnect(client, lastId, signal);
  }
}

async function reconnect(client: Pick<ServicesClient, 'events'>, lastId: string | undefined, signal: AbortSignal) {
  for (;;) {
    await delay(pauseMs, undefined, { signal }).catch(() => {
      throw new Interrupted();
    });
    const stream = await client.events(lastId).catch((error: unknown) => {
      if (error instanceof Interrupted) throw error;
      return undefined;
    });
    if (stream !== undefined) return stream;
  }
}
