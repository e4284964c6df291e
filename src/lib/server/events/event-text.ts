import { setTimeout as delay } from 'node:timers/promises';
import type { ServerEvent } from './event-hub.ts';

/** So that proxies do not close the connection, and a client that has gone is seen. */
export const quietMs = 15_000;
const comment = ':\n\n';

/** Server-Sent Events; a comment whenever nothing has happened for so many milliseconds. */
export async function* eventTexts(events: AsyncGenerator<ServerEvent>, ms = quietMs): AsyncGenerator<string> {
  try {
    for (let next = events.next(); ;) {
      const timer = new AbortController();
      const quiet = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
      const result = await Promise.race([next, quiet]);
      timer.abort();
      if (result?.done === true) return;
      yield result === undefined ? comment : eventText(result.value);
      if (result !== undefined) next = events.next();
    }
  } finally {
    await events.return(undefined);
  }
}

function eventText({ id, event, args }: ServerEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(args)}\n\n`;
}
