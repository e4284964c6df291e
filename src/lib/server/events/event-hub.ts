import { randomBytes } from 'node:crypto';
import { HttpError } from '../http/http-error.ts';

export interface ServerEvent {
  /** `<start of the server>-<number>` */
  readonly id: string;
  readonly event: string;
  readonly args: readonly unknown[];
}

interface KeptEvent {
  readonly event: ServerEvent;
  readonly characters: number;
}

/** Tells everybody who listens that something has changed. */
export type Emit = (event: string, args: readonly unknown[]) => void;

/** Events that are given again to a listener that comes back. */
const kept = 1000;
/** Of their arguments as JSON, together: a configuration alone may have a million. */
const keptCharacters = 16 * 2 ** 20;
const maxListeners = 100;

/** What has happened, to all who listen. It is not stored: after a restart a listener is told to read all anew. */
export class EventHub {
  readonly #start = randomBytes(4).toString('hex');
  readonly #events: KeptEvent[] = [];
  #characters = 0;
  readonly #wakes = new Set<() => void>();
  #count = 0;

  readonly emit: Emit = (event, args) => {
    this.#count += 1;
    this.#keep({ event: { id: this.#idOf(this.#count), event, args }, characters: JSON.stringify(args).length });
    for (const wake of this.#wakes) wake();
  };

  /**
   * Events after the last one that the listener had, then new ones until the signal aborts. `reset` comes first when
   * some of those between are not known any more. Throws with 503 when too many listen. A listener that falls behind
   * by more than what is kept gets `reset`, too.
   */
  listen(lastId: string | undefined, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    if (this.#wakes.size >= maxListeners) throw new HttpError(503, `${String(maxListeners)} clients listen already`);
    const listener = new Listener(this.#wakes, signal);
    return this.#follow(lastId === undefined ? this.#count : this.#numberOf(lastId), listener);
  }

  async *#follow(last: number | undefined, listener: Listener): AsyncGenerator<ServerEvent> {
    try {
      for (let seen = last; ;) {
        if (seen === undefined || seen < this.#count - this.#events.length) {
          seen = this.#count;
          yield { id: this.#idOf(seen), event: 'reset', args: [] };
        }
        while (seen < this.#count && seen >= this.#count - this.#events.length) {
          const found = this.#events[seen - this.#count + this.#events.length];
          seen += 1;
          if (found !== undefined) yield found.event;
        }
        if (seen === this.#count && !(await listener.next())) return;
      }
    } finally {
      listener.close();
    }
  }

  #keep(one: KeptEvent): void {
    this.#events.push(one);
    this.#characters += one.characters;
    while (this.#events.length > kept || (this.#characters > keptCharacters && this.#events.length > 1))
      this.#characters -= this.#events.shift()?.characters ?? 0;
  }

  #idOf(number: number): string {
    return `${this.#start}-${String(number)}`;
  }

  /** Undefined: not of this start of the server. */
  #numberOf(id: string): number | undefined {
    const [, start, number = ''] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
    return start === this.#start && Number(number) <= this.#count ? Number(number) : undefined;
  }
}

/** Waits for the next event. */
class Listener {
  readonly #wakes: Set<() => void>;
  readonly #signal: AbortSignal;
  #isWoken = false;
  #resolve: () => void = () => {};

  constructor(wakes: Set<() => void>, signal: AbortSignal) {
    this.#wakes = wakes;
    this.#signal = signal;
    wakes.add(this.#wake);
    signal.addEventListener('abort', this.#wake, { once: true });
    // A listener whose events nobody asks for is over when its client has gone.
    signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** False: it is over. */
  async next(): Promise<boolean> {
    if (!this.#isWoken && !this.#signal.aborted)
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    this.#isWoken = false;
    return !this.#signal.aborted;
  }

  close(): void {
    this.#wakes.delete(this.#wake);
    this.#signal.removeEventListener('abort', this.#wake);
  }

  readonly #wake = (): void => {
    this.#isWoken = true;
    this.#resolve();
  };
}
