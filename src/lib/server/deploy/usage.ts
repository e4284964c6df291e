import type { EngineReader } from '../../engine/engine.ts';
import { Limiter } from '../../limiter.ts';

/** `cpu` is 100 for one processor, as cores are counted; null until it has been looked at twice. Memory in MB. */
export interface Used {
  readonly cpu: number | null;
  readonly memory: number;
}

interface Sample {
  readonly cpuSeconds: number;
  /** In milliseconds. */
  readonly at: number;
}

const width = 8;
/** Between the two looks that a figure is of: long enough to mean something. */
const minIntervalMs = 1000;
const forgottenMs = 600_000;
const mebibyte = 2 ** 20;

/** What containers use, from one look to the next. */
export class UsageReader {
  readonly #now: () => number;
  readonly #limiter = new Limiter(width);
  /** By id: the look from which the next figure counts, and the last one. */
  readonly #samples = new Map<string, { readonly from: Sample; readonly last: Sample }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** By id of the container. Those that cannot be asked, or not before the signal aborts, are left out. */
  async read(
    engine: Pick<EngineReader, 'readUsage'>,
    containers: readonly string[],
    limit: AbortSignal,
  ): Promise<ReadonlyMap<string, Used>> {
    const now = this.#now();
    for (const [id, { last }] of this.#samples) if (last.at < now - forgottenMs) this.#samples.delete(id);
    const found = new Map<string, Used>();
    const looks = containers.map(async (id, rank) =>
      this.#limiter.run(rank, async () => {
        if (!limit.aborted) found.set(id, await this.#look(engine, id));
      }),
    );
    const { promise: late, resolve } = Promise.withResolvers<void>();
    limit.addEventListener('abort', () => resolve(), { once: true });
    await Promise.race([Promise.allSettled(looks), late]);
    return new Map(found);
  }

  async #look(engine: Pick<EngineReader, 'readUsage'>, id: string): Promise<Used> {
    const { cpuSeconds, memoryBytes } = await engine.readUsage(id);
    const sample = { cpuSeconds, at: this.#now() };
    const memory = Math.round((memoryBytes / mebibyte) * 10) / 10;
    const known = this.#samples.get(id);
    const isLater = known !== undefined && sample.at - known.last.at >= minIntervalMs;
    const from = known === undefined || isLater ? (known?.last ?? sample) : known.from;
    this.#samples.set(id, { from, last: known === undefined || isLater ? sample : known.last });
    const seconds = (sample.at - from.at) / 1000;
    return { cpu: seconds <= 0 ? null : percent((sample.cpuSeconds - from.cpuSeconds) / seconds), memory };
  }
}

/** A container that was started again counts from nothing. */
function percent(share: number): number {
  return Math.max(0, Math.round(share * 1000) / 10);
}
