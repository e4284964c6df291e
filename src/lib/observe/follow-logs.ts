import { definedOnly } from '../defined.ts';
import type { EngineEvent, EngineReader, LabelFilter } from '../engine/engine.ts';
import { EngineUnreachable } from '../errors.ts';
import type { Labels } from '../labels.ts';
import { isNamedByLabels, withoutInherited } from './inherited-labels.ts';
import { linesOf, readInstanceLogs, type LogQuery, type LogSource } from './instance-logs.ts';
import { LineQueue } from './line-queue.ts';
import type { InstanceLine } from './merge-logs.ts';
import { watchStarts } from './watch-starts.ts';

export interface FollowRequest {
  readonly query: LogQuery;
  /** Narrows what the engine sends. */
  readonly labels: LabelFilter;
  /** The key of the instance whose container has these labels; undefined when it is not to be followed. */
  readonly keyOf: (labels: Labels) => string | undefined;
  readonly signal: AbortSignal;
  /** Called when the engine stops answering, and when it answers again. */
  readonly notice?: (text: string) => void;
  /** How long the engine may be unreachable. */
  readonly awayLimitMs?: number;
}

const defaultAwayLimitMs = 120_000;

/**
 * The logs of instances, across restarts and replacements: first what is there, merged by time, then new lines. Events
 * are subscribed to before containers are listed, so none is missed. Ends when the signal aborts. Waits for an engine
 * that restarts; rejects when it stays away.
 */
export async function* followInstanceLogs(engine: EngineReader, request: FollowRequest): AsyncGenerator<InstanceLine> {
  const stop = new AbortController();
  const follower = new Follower(engine, { ...request, signal: AbortSignal.any([request.signal, stop.signal]) });
  try {
    yield* follower.lines();
  } finally {
    stop.abort();
  }
}

class Follower {
  readonly #engine: EngineReader;
  readonly #request: FollowRequest;
  readonly #queue: LineQueue;
  /** Time of the last line that was read, by container. */
  readonly #lastTimes = new Map<string, string>();
  /** Containers that are being followed, and those of them that have started again since. */
  readonly #active = new Set<string>();
  readonly #restarted = new Set<string>();
  /** Containers that start before the lines up to now were read; undefined afterwards. */
  #early: LogSource[] | undefined = [];

  constructor(engine: EngineReader, request: FollowRequest) {
    this.#engine = engine;
    this.#request = request;
    this.#queue = new LineQueue(request.signal);
  }

  async *lines(): AsyncGenerator<InstanceLine> {
    await this.#watch();
    const { all, running } = await this.#list();
    const { query, signal } = this.#request;
    const remember = (id: string, time: string): unknown => this.#lastTimes.set(id, time);
    yield* readInstanceLogs(this.#engine, all, query, signal, remember);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const source of [...running, ...early]) this.#start(source);
    yield* this.#queue.lines();
  }

  /** Returns when events come; later failures reach the reader of the lines. */
  async #watch(): Promise<void> {
    const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
    const { labels, signal, awayLimitMs = defaultAwayLimitMs, notice = () => {} } = this.#request;
    watchStarts(this.#engine, {
      labels,
      signal,
      awayLimitMs,
      notice,
      onOpen: resolve,
      onStart: async (event) => this.#onStart(event),
      onReopen: async () => {
        // Also containers that have ended meanwhile have lines to read.
        for (const source of (await this.#list()).all) this.#start(source);
        notice('the engine answers again');
      },
    }).catch((error: unknown) => {
      this.#queue.fail(error);
      reject(error);
    });
    await opened;
  }

  async #onStart(event: EngineEvent): Promise<void> {
    const key = this.#request.keyOf(event.labels);
    if (key !== undefined && (await this.#isOwn(event))) this.#start({ id: event.id, key });
  }

  /** A container with another name than its labels say may have inherited them from its image. */
  async #isOwn({ id, labels }: EngineEvent): Promise<boolean> {
    if (isNamedByLabels({ name: labels['name'] ?? '', labels })) return true;
    return (await this.#list()).all.some((source) => source.id === id);
  }

  async #list(): Promise<{ readonly all: readonly LogSource[]; readonly running: readonly LogSource[] }> {
    const listed = await this.#engine.listContainers({ all: true, labels: this.#request.labels });
    const rows = await withoutInherited(this.#engine, listed);
    const followed = rows.flatMap(({ id, labels, state }) => {
      const key = this.#request.keyOf(labels);
      return key === undefined ? [] : [{ id, key, state }];
    });
    return { all: followed, running: followed.filter(({ state }) => state !== 'exited' && state !== 'dead') };
  }

  #start(source: LogSource): void {
    if (this.#early !== undefined) this.#early.push(source);
    else if (this.#active.has(source.id)) this.#restarted.add(source.id);
    else this.#follow(source).catch((error: unknown) => this.#queue.fail(error));
  }

  async #follow(source: LogSource): Promise<void> {
    this.#active.add(source.id);
    do {
      this.#restarted.delete(source.id);
      await this.#readToEnd(source);
    } while (this.#restarted.has(source.id) && !this.#request.signal.aborted);
    this.#active.delete(source.id);
  }

  /** Engines end a follower before a last line without a newline; a second read has it. */
  async #readToEnd(source: LogSource): Promise<void> {
    try {
      await this.#read(source, true);
      await this.#read(source, false);
    } catch (error) {
      // The events report it, too; what is missing is read when the engine answers again.
      if (!(error instanceof EngineUnreachable)) throw error;
    }
  }

  async #read(source: LogSource, follow: boolean): Promise<void> {
    const { query, signal } = this.#request;
    const sinceSeconds = this.#since(source.id);
    for await (const line of linesOf(this.#engine, source, { follow, signal, ...definedOnly({ sinceSeconds }) })) {
      const last = this.#lastTimes.get(source.id);
      if (last !== undefined && line.time <= last) continue;
      this.#lastTimes.set(source.id, line.time);
      if (query.grep === undefined || query.grep.test(line.text)) await this.#queue.push(line);
    }
  }

  /** The second of the last line; lines of it that were read already are skipped by their time. */
  #since(id: string): number | undefined {
    const last = this.#lastTimes.get(id);
    return last === undefined ? this.#request.query.sinceSeconds : Math.floor(Date.parse(last) / 1000);
  }
}
