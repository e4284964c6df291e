import { errorFields, type Log } from './log.ts';

export interface Daemon {
  /** Runs until the signal aborts; calls `onStarted` when it works. */
  run(signal: AbortSignal, onStarted: () => void): Promise<void>;
}

/** Why the signal of a daemon aborts when another one takes its place. */
export const replaced = new Error('a daemon with other settings takes its place');

/** Runs a daemon, and another one with new settings in its place each time that they are read again. */
export class Reloading<D extends Daemon = Daemon> {
  readonly #open: (current: D) => Promise<D>;
  readonly #log: Pick<Log, 'info' | 'error'>;
  #current: D;
  #ended = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  /** `open` reads the settings; it rejects when they are wrong. The current one as its result runs on. */
  constructor(first: D, open: (current: D) => Promise<D>, log: Pick<Log, 'info' | 'error'>) {
    this.#current = first;
    this.#open = open;
    this.#log = log;
  }

  /** Wrong settings change nothing. */
  reload(): void {
    this.#reading = this.#reading.then(() => this.#read());
  }

  /** Until the signal aborts, or the daemon fails. */
  async run(signal: AbortSignal): Promise<void> {
    for (let earlier: D | undefined; ;) {
      const daemon = this.#current;
      this.#ended = new AbortController();
      const start = { done: false };
      try {
        await daemon.run(AbortSignal.any([signal, this.#ended.signal]), () => (start.done = true));
        if (signal.aborted || this.#current === daemon) return;
        earlier = daemon;
      } catch (error) {
        if (start.done || earlier === undefined) throw error;
        this.#log.error(errorFields(error), 'cannot start with the new settings: going back to the earlier ones');
        if (this.#current === daemon) this.#current = earlier;
        earlier = undefined;
      }
    }
  }

  async #read(): Promise<void> {
    const before = this.#current;
    try {
      this.#current = await this.#open(before);
    } catch (error) {
      this.#log.error(errorFields(error), 'the settings are wrong: keeping the earlier ones');
      return;
    }
    if (this.#current === before) return;
    this.#log.info('SIGHUP: starting again with the settings as they are now');
    this.#ended.abort(replaced);
  }
}
