import { definedOnly } from '../../defined.ts';
import type { LogQuery } from '../deploy/unit-api.ts';
import { HttpError } from '../http/http-error.ts';
import type { RouteRequest, Schema } from '../http/route.ts';

/** `until`: how long a log is followed. */
export function logQuery(until: string): Schema {
  return {
    type: 'object',
    properties: {
      tail: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'only so many of the last lines' },
      follow: { type: 'boolean', description: until },
    },
  };
}

/** A log that is followed ends also when the server stops. */
export function logOptions({ query, signal, stopping }: RouteRequest): LogQuery {
  const follow = query['follow'] === true;
  return {
    follow,
    signal: follow ? AbortSignal.any([signal, stopping]) : signal,
    ...definedOnly({ tail: query['tail'] as number | undefined }),
  };
}

/** Opens a log while fewer than `max` are being read; else rejects with 503. */
export function limitLogs(
  max: number,
): (open: () => Promise<AsyncIterable<string>>) => Promise<AsyncGenerator<string>> {
  let reading = 0;
  async function* counted(lines: AsyncIterable<string>): AsyncGenerator<string> {
    reading += 1;
    try {
      yield* lines;
    } finally {
      reading -= 1;
    }
  }
  return async (open) => {
    if (reading >= max) throw new HttpError(503, `${String(max)} logs are being read`);
    return counted(await open());
  };
}
