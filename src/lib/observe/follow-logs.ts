import { setTimeout as delay } from 'node:timers/promises';
import { EngineUnreachable } from '../errors.ts';
import type { EngineEvent, EngineReader, LabelFilter } from '../engine/engine.ts';
import type { Labels } from '../labels.ts';
import { isNamedByLabels, withoutInherited } from './inherited-labels.ts';
import { linesOf, readInstanceLogs, type LogQuery, type LogSource } from './instance-logs.ts';
import { LineQueue } from './line-queue.ts';
import type { InstanceLine } from './merge-logs.ts';

export interface FollowRequest {
  readonly query: LogQuery;
  /** Narrows what the engine sends. */
  readonly labels: LabelFilter;
  /** Key of the instance that a container with these labels is; undefined: not one that is meant. */
  readonly keyOf: (labels: Labels) => string | undefined;
  readonly signal: AbortSignal;
  /** Told when the engine went away, and when it is back. */
  readonly notice?: (text: string) => void;
  /** How long it may be away. */
  readonly awayLimitMs?: number;
}

const defaultAwayLimitMs = 120_000;
const retryMs = 500;

/**
 * What instances write, through their restarts and replacements: first what is there, merged by time, then what comes. Events are
 * subscribed to before containers are listed, so that none is missed. Ends when the signal aborts. An engine that restarts is waited
 * for; throws when it stays away.
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
  /** Time of the last line read of each container. */
  readonly #last = new Map<string, string>();
  /** Containers that are followed now, and those that started again since. */
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();

  constructor(engine: EngineReader, request: FollowRequest) {
    this.#engine = engine;
    this.#request = request;
    this.#queue = new LineQueue(request.signal);
  }

  async *lines(): AsyncGenerator<InstanceLine> {
    const opened = Promise.withResolvers<undefined>();
    const started: LogSource[] = [];
    let start = (source: LogSource): void => void started.push(source);
    this.#watch(
      () => opened.resolve(undefined),
      (source) => start(source),
    ).catch((error: unknown) => {
      this.#queue.fail(error);
      opened.reject(error);
    });
    await opened.promise;
    const running = await this.#list();
    yield* readInstanceLogs(this.#engine, running.all, this.#request.query, this.#request.signal, (id, time) =>
      this.#last.set(id, time),
    );
    start = (source) => this.#start(source);
    for (const source of [...running.running, ...started]) start(source);
    yield* this.#queue.lines();
  }

  async #watch(onOpen: () => void, onStart: (source: LogSource) => void): Promise<void> {
    const state: { isOpen: boolean; awaySince: number | undefined } = { isOpen: false, awaySince: undefined };
    const opened = async (): Promise<void> => {
      if (state.isOpen) await this.#resume(onStart);
      else onOpen();
      state.isOpen = true;
      state.awaySince = undefined;
    };
    for (;;) {
      try {
        return await this.#watchOnce(opened, onStart);
      } catch (error) {
        if (!(error instanceof EngineUnreachable) || !state.isOpen || this.#request.signal.aborted) throw error;
        state.awaySince ??= this.#goneAway();
        if (performance.now() - state.awaySince > (this.#request.awayLimitMs ?? defaultAwayLimitMs)) throw error;
        await delay(retryMs, undefined, { signal: this.#request.signal }).catch(() => {});
      }
    }
  }

  #goneAway(): number {
    this.#request.notice?.('the engine went away; waiting for it to come back');
    return performance.now();
  }

  /** Whatever wrote while nobody watched, also what ended since. */
  async #resume(onStart: (source: LogSource) => void): Promise<void> {
    const { all } = await this.#list();
    this.#request.notice?.('the engine is back');
    for (const source of all) onStart(source);
  }

  async #watchOnce(onOpen: () => Promise<void>, onStart: (source: LogSource) => void): Promise<void> {
    for await (const event of this.#engine.events(this.#request.labels, this.#request.signal)) {
      if (event.type === 'stream') await onOpen();
      const key =
        event.type === 'container' && event.action === 'start' ? this.#request.keyOf(event.labels) : undefined;
      if (key !== undefined && (await this.#isMeant(event))) onStart({ id: event.id, key });
    }
    await onOpen();
  }

  /** Of who is not named as its labels say, the labels may have come with its image. */
  async #isMeant({ id, labels }: EngineEvent): Promise<boolean> {
    return (
      isNamedByLabels({ name: labels['name'] ?? '', labels }) ||
      (await this.#list()).all.some((source) => source.id === id)
    );
  }

  async #list(): Promise<{ readonly all: readonly LogSource[]; readonly running: readonly LogSource[] }> {
    const rows = await withoutInherited(
      this.#engine,
      await this.#engine.listContainers({ all: true, labels: this.#request.labels }),
    );
    const meant = rows.flatMap(({ id, labels, state }) => {
      const key = this.#request.keyOf(labels);
      return key === undefined ? [] : [{ id, key, state }];
    });
    return { all: meant, running: meant.filter(({ state }) => state !== 'exited' && state !== 'dead') };
  }

  #start(source: LogSource): void {
    if (this.#active.has(source.id)) this.#again.add(source.id);
    else this.#follow(source).catch((error: unknown) => this.#queue.fail(error));
  }

  /** The engine ends a follower before a last line without a newline; reading once more has it. */
  async #follow(source: LogSource): Promise<void> {
    this.#active.add(source.id);
    do {
      this.#again.delete(source.id);
      await this.#readWhole(source);
    } while (this.#again.has(source.id) && !this.#request.signal.aborted);
    this.#active.delete(source.id);
  }

  /** Of an engine that goes away it is the events that tell; what is left is read when it is back. */
  async #readWhole(source: LogSource): Promise<void> {
    try {
      await this.#read(source, true);
      await this.#read(source, false);
    } catch (error) {
      if (!(error instanceof EngineUnreachable)) throw error;
    }
  }

  async #read(source: LogSource, follow: boolean): Promise<void> {
    const { grep } = this.#request.query;
    for await (const line of linesOf(this.#engine, source, {
      follow,
      signal: this.#request.signal,
      ...this.#from(source.id),
    })) {
      const last = this.#last.get(source.id);
      if (last !== undefined && line.time <= last) continue;
      this.#last.set(source.id, line.time);
      if (grep === undefined || grep.test(line.text)) await this.#queue.push(line);
    }
  }

  /** From a moment before the last line on; what was read before is left out by its time. */
  #from(id: string): { readonly sinceSeconds?: number } {
    const last = this.#last.get(id);
    const sinceSeconds = last === undefined ? this.#request.query.sinceSeconds : Math.floor(Date.parse(last) / 1000);
    return sinceSeconds === undefined ? {} : { sinceSeconds };
  }
}
