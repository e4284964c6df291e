import type { Deployment, Host, Job, JournalEntry, Service, Unit } from '../state/documents.ts';
import type { Snapshot } from '../state/page-state.ts';
import { ask, openEvents, Refusal } from './api.ts';
import type { Store } from './store.ts';

/** Use and health of units have no event. */
const readEveryMs = 5000;
/** Events come in bursts: one read for all of a burst. */
const burstMs = 250;
const firstPauseMs = 1000;
const longestPauseMs = 15_000;

type Doc<T> = { readonly doc: T };

/** Keeps the store as the server is: an initial read, then events, and a read now and then. It ends never. */
export class Connection {
  readonly #store: Store;
  #lastId: string | undefined;
  #wake: () => void = () => {};
  #isReading = false;
  #mustRead = false;

  constructor(store: Store) {
    this.#store = store;
  }

  async run(): Promise<never> {
    for (let pauseMs = firstPauseMs; ;) {
      try {
        await this.#follow(() => (pauseMs = firstPauseMs));
      } catch (error) {
        pauseMs = await this.#wait(error, pauseMs);
      }
    }
  }

  /** Tries at once: a token was given, or somebody asks for it. */
  retry(): void {
    this.#wake();
  }

  /** Returns or rejects when the stream is over. */
  async #follow(onLive: () => void): Promise<void> {
    const over = new AbortController();
    try {
      const events = await openEvents(this.#lastId, over.signal);
      await this.#read();
      onLive();
      const timer = setInterval(() => void this.#readSoon(over), readEveryMs);
      over.signal.addEventListener('abort', () => clearInterval(timer));
      for await (const { id, event, args } of events) {
        this.#lastId = id;
        this.#store.dispatch({ kind: 'event', event: { event, args }, now: Date.now() });
        void this.#readSoon(over, burstMs);
      }
      throw new Error('the server has closed the connection');
    } finally {
      over.abort();
    }
  }

  /** Resolves with the next pause. */
  async #wait(error: unknown, pauseMs: number): Promise<number> {
    const isRefused = error instanceof Refusal;
    const ms = isRefused && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds * 1000 : pauseMs;
    const nextTryAt = Date.now() + ms;
    if (isRefused && (error.status === 401 || error.status === 429)) this.#store.refuse(error);
    else this.#store.dispatch({ kind: 'lost', nextTryAt });
    const asks = isRefused && error.status === 401;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (!asks) setTimeout(resolve, ms);
    });
    return Math.min(pauseMs * 2, longestPauseMs);
  }

  /** One read at a time; what happens meanwhile leads to another one. */
  async #readSoon(over: AbortController, ms = 0): Promise<void> {
    this.#mustRead = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#mustRead && !over.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        this.#mustRead = false;
        await this.#read();
      }
    } catch {
      over.abort();
    } finally {
      this.#isReading = false;
    }
  }

  /** An engine that is away costs hosts and units alone: all else is in the server's store. */
  async #read(): Promise<void> {
    const [services, deployments, jobs, journal, cluster] = await Promise.all([
      ask<Doc<readonly Service[]>>('/services'),
      ask<Doc<readonly Deployment[]>>('/deployments?limit=500'),
      ask<readonly Job[]>('/jobs?limit=500'),
      ask<readonly JournalEntry[]>('/journal?limit=500'),
      readCluster(),
    ]);
    const { problem, ...lists } = cluster;
    this.#store.dispatch({
      kind: 'read',
      now: Date.now(),
      data: { services: services.doc, deployments: deployments.doc, jobs, journal, ...lists },
      ...(problem === undefined ? {} : { engineProblem: problem }),
    });
    this.#store.accept();
  }
}

async function readCluster(): Promise<Pick<Snapshot, 'hosts' | 'units'> & { readonly problem?: string }> {
  try {
    const [hosts, units] = await Promise.all([
      ask<readonly Host[]>('/cluster/hosts'),
      ask<readonly Unit[]>('/cluster/units'),
    ]);
    return { hosts, units };
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) return { problem: error.message };
    throw error;
  }
}
