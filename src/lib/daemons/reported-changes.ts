import type { EngineEvent } from '../engine/engine.ts';
import type { Clock } from './clock.ts';

/** A row of the engine's list of containers. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** Whether a list agrees with an event about a container; undefined: the list does not have the container. */
type Agreement = (listed: ListedContainer | undefined, event: EngineEvent) => boolean;

/** By the action of the event. Every later one of these takes the place of an earlier one. */
const agreements: Readonly<Record<string, Agreement>> = {
  create: (listed) => listed !== undefined,
  start: (listed) => listed !== undefined && !['created', 'exited', 'dead'].includes(listed.state),
  die: (listed) => listed?.state !== 'running' && listed?.state !== 'paused',
  pause: (listed) => listed?.state !== 'running',
  unpause: (listed) => listed?.state !== 'paused',
  rename: (listed, { labels: { name } }) => listed === undefined || name === undefined || listed.name === name,
  destroy: (listed) => listed === undefined,
};

/** Much longer than an engine takes to update its list; after that, another event was missed. */
const limitMs = 10_000;

/**
 * What events have reported of containers and the engine's list may not show yet: the engine emits an event before it
 * updates the list (`die` up to 150 ms before on 20.10, `pause` also on 26.1).
 */
export class ReportedChanges {
  readonly #clock: Clock;
  readonly #changes = new Map<string, { readonly event: EngineEvent; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(event: EngineEvent): void {
    this.#forgetOld();
    if (event.type === 'container' && Object.hasOwn(agreements, event.action))
      this.#changes.set(event.id, { event, at: this.#clock.now() });
  }

  /** How long ago the first event was that a list of all containers contradicts; undefined: the list is up to date. */
  aheadMs(containers: readonly ListedContainer[]): number | undefined {
    this.#forgetOld();
    if (this.#changes.size === 0) return undefined;
    const listed = new Map(containers.map((container) => [container.id, container]));
    for (const [id, { event }] of this.#changes)
      if (agreements[event.action]?.(listed.get(id), event) === true) this.#changes.delete(id);
    const times = [...this.#changes.values()].map(({ at }) => at);
    return times.length === 0 ? undefined : this.#clock.now() - Math.min(...times);
  }

  #forgetOld(): void {
    const limit = this.#clock.now() - limitMs;
    for (const [id, { at }] of this.#changes) if (at < limit) this.#changes.delete(id);
  }
}
