import type { Duplex } from 'node:stream';
import { Limiter } from '../../limiter.ts';

/** A connection that says when the other side has been heard, or will not be. */
export type SlowConnection = Duplex & { readonly answered: Promise<unknown> };

/** What does not answer by then may be busy; it must not keep others from being asked. */
const turnLimitMs = 5000;

/**
 * Dials a few at a time, the next one when one has answered: of many ssh handshakes that begin at once, sshd drops some at random
 * (MaxStartups). Connections that are there are not counted.
 */
export function dialInTurns(
  dial: () => SlowConnection,
  { width = 6, limitMs = turnLimitMs }: { readonly width?: number; readonly limitMs?: number } = {},
): () => Promise<Duplex> {
  const turns = new Limiter(width);
  return () => {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    const turn = async (): Promise<void> => {
      const connection = dial();
      resolve(connection);
      await within(limitMs, connection.answered);
    };
    turns.run(0, turn).catch(reject);
    return promise;
  };
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    resolve(undefined);
  }, limitMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
