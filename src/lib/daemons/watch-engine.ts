import type { EngineEvent } from '../engine/engine.ts';
import type { Clock } from './clock.ts';
import type { EngineSource } from './engine-source.ts';
import { keepWatching } from './keep-watching.ts';

export interface EngineWatch {
  readonly engines: EngineSource;
  /** Actions of interest, as the engine names them: `start`, `die`. */
  readonly actions: readonly string[];
  readonly onEvent: (event: EngineEvent) => void;
  /** The stream of events ended; it is opened again after the time. */
  readonly onBreak: (error: unknown, retryMs: number) => void;
  readonly clock: Clock;
}

const backoff = { firstMs: 250, maxMs: 10_000 };

/** Follows the engine's events until the signal aborts, across restarts and upgrades of the engine. */
export async function watchEngine(watch: EngineWatch, signal: AbortSignal): Promise<void> {
  const { engines, actions, onEvent, onBreak, clock } = watch;
  await keepWatching(
    {
      clock,
      backoff,
      open: async function* (inside) {
        yield* (await engines.get()).engine.events({}, inside, actions);
      },
      onItem: onEvent,
      onBreak: (error, retryMs) => {
        engines.failed(error);
        onBreak(error, retryMs);
      },
    },
    signal,
  );
}
