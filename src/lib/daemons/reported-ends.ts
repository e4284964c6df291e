import type { EngineEvent } from '../engine/engine.ts';
import type { Clock } from './clock.ts';

/** Much longer than an engine takes to update its list; after that, an event was missed. */
const limitMs = 10_000;

/**
 * Containers whose end an event has reported. The engine emits `die` before its list of containers shows it (seen on
 * 20.10: up to 150 ms), so a pass that the event woke may still observe the container as running.
 */
export class ReportedEnds {
  readonly #clock: Clock;
  /** Times of the events, by container. */
  readonly #ended = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note({ type, action, id }: EngineEvent): void {
    if (type !== 'container') return;
    if (action === 'die') this.#ended.set(id, this.#clock.now());
    if (action === 'start' || action === 'destroy') this.#ended.delete(id);
  }

  /** Whether a list of containers is older than a reported end, so that the engine has to be asked again soon. */
  isAheadOf(containers: readonly { readonly id: string; readonly state: string }[]): boolean {
    const running = new Set(containers.filter(({ state }) => state === 'running').map(({ id }) => id));
    for (const [id, at] of this.#ended)
      if (!running.has(id) || this.#clock.now() - at > limitMs) this.#ended.delete(id);
    return this.#ended.size > 0;
  }
}
