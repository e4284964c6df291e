import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import type { ServicesClient } from './services-client.ts';

export interface EventAnswer {
  readonly id: string;
  readonly event: string;
  readonly args: readonly unknown[];
}

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

/** Server-Sent Events; comments are left out. */
export async function* parseEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<EventAnswer> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.flatMap(parseBlock);
  }
}

function parseBlock(block: string): readonly EventAnswer[] {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (id === undefined || event === undefined || data === undefined) return [];
  return [{ id, event, args: parseJson(data) as readonly unknown[] }];
}
