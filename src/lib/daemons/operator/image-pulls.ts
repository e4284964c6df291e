import { messageOf } from '../../errors.ts';
import { Limiter } from '../../limiter.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { Clock } from '../clock.ts';
import { Retries } from '../retries.ts';

export interface ImagePullsOptions {
  /** Pulls one image; rejects when it cannot. */
  readonly pull: (image: ImageSpec, signal: AbortSignal) => Promise<void>;
  /** Called when a pull has succeeded or failed. */
  readonly onEnd: () => void;
  readonly clock: Clock;
}

const backoff = { firstMs: 2000, maxMs: 60_000 };
const width = 3;
const limitMs = 30 * 60_000;

/** Pulls images beside the loop, so that a long transfer delays no other service. Retries failures with back-off. */
export class ImagePulls {
  readonly #options: ImagePullsOptions;
  readonly #retries: Retries;
  readonly #limiter = new Limiter(width);
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: ImagePullsOptions) {
    this.#options = options;
    this.#retries = new Retries(backoff, options.clock);
  }

  /** The images that are needed and missing. All others are forgotten. */
  set(images: readonly ImageSpec[], signal: AbortSignal): void {
    this.#retries.keepOnly(new Set(images.map(({ reference }) => reference)));
    for (const image of images) {
      const { reference } = image;
      if (this.#running.has(reference) || this.#retries.waiting(reference, '') !== undefined) continue;
      this.#running.set(
        reference,
        this.#limiter.run(0, () => this.#pull(image, signal)).finally(() => this.#running.delete(reference)),
      );
    }
  }

  error(reference: string): string | undefined {
    return this.#retries.error(reference);
  }

  dueAt(reference: string): string | undefined {
    return this.#retries.dueAt(reference);
  }

  nextMs(): number | undefined {
    return this.#retries.nextMs();
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Returns when no pull is running. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #pull(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    if (isOver()) return;
    const error = await this.#options.pull(image, AbortSignal.any([signal, AbortSignal.timeout(limitMs)])).then(
      () => undefined,
      (cause: unknown) => messageOf(cause),
    );
    if (isOver()) return;
    // An image that arrived is not missing at the next pass. If it is, it arrived under another name, and pulling it
    // again at once would never end.
    const { reference } = image;
    this.#retries.failed(reference, '', error ?? `${reference} was pulled, but the engine has no image of that name`);
    this.#options.onEnd();
  }
}
