import type { Duplex } from 'node:stream';
import { Limiter } from '../../limiter.ts';

/** `answered` resolves with the first byte from the other side, or when the connection ends. */
export type SlowConnection = Duplex & { readonly answered: Promise<unknown> };

/** After this time the next connection is dialled, even when this one has not answered. */
const turnLimitMs = 5000;

/**
 * Dials a few connections at a time, the next when one has answered. Of many ssh handshakes at once, sshd drops some at
 * random (MaxStartups); established connections do not count there.
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
