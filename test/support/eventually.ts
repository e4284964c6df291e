import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 150;

/**
 * Makes a check again and again until it holds; after the limit it throws what the last one threw. Never a pause of a
 * guessed length.
 */
export async function eventually<T>(check: () => Promise<T> | T, limitMs = 20_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await delay(pauseMs);
  }
}
