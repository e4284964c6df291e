import { setImmediate } from 'node:timers/promises';
import type { OpenedEngine } from '../../apply/open-engine.ts';
import type { Remembered } from '../../file-cache.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { observeWithoutImages } from '../../observe/observe.ts';
import { factsFinder } from './known-facts.ts';

/**
 * An early observation is used within this time. A question to the user takes longer, and the engine may change
 * meanwhile.
 */
const freshNs = 1_000_000_000n;

/**
 * Starts to observe an engine, so that it answers while the project's files are read. Resolves when the requests are
 * sent, with a function that gives the early answer once and observes again after that. Undefined if there is no
 * connection; whoever awaits that gets its error.
 */
export async function observeEarly(
  connecting: Promise<OpenedEngine>,
  cache: Remembered,
): Promise<(() => Promise<ObservedState>) | undefined> {
  const connection = await connecting.catch(() => undefined);
  if (connection === undefined) return undefined;
  const { engine } = connection;
  const observeNow = (): Promise<ObservedState> => observeWithoutImages(engine, factsFinder(engine, cache));
  const begin = process.hrtime.bigint();
  let early: Promise<ObservedState> | undefined = observeNow();
  early.catch(() => undefined);
  // The sockets connect in the first turn of the event loop and are written to in the second.
  await setImmediate();
  await setImmediate();
  return () => {
    const answer = early !== undefined && process.hrtime.bigint() - begin < freshNs ? early : observeNow();
    early = undefined;
    return answer;
  };
}
