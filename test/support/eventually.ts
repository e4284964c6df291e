import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 150;

/**
 * Repeats a check until it passes; after the limit it throws the error of the last one. Used instead of a pause of a
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
