import type { Run } from './job.ts';

/** An engine that was asked to create a service, and did not answer, may do it so much later, in milliseconds. */
const lateMs = 120_000;
/** So many refusals in a row are an answer. */
const maxRefusals = 3;

/** Runs of which it is not known whether their service was created: by the name of that. */
export class DoubtfulServices {
  readonly #since = new Map<string, number>();
  readonly #refusals = new Map<string, number>();

  /** The runs without a known service that a server finds in its store when it starts. */
  constructor(runs: readonly Run[], now: number) {
    for (const run of runs) if (run.serviceId === undefined) this.add(run, now);
  }

  add({ service }: Run, now: number): void {
    this.#since.set(service, now);
  }

  has({ service }: Run): boolean {
    return this.#since.has(service);
  }

  /** Whether the engine may still create it. */
  mayCome({ service }: Run, now: number): boolean {
    return now - (this.#since.get(service) ?? -Infinity) < lateMs;
  }

  settled({ service }: Run): void {
    this.#since.delete(service);
    this.#refusals.delete(service);
  }

  /** True when it was refused often enough to be over. */
  refused({ service }: Run): boolean {
    const count = (this.#refusals.get(service) ?? 0) + 1;
    this.#refusals.set(service, count);
    return count >= maxRefusals;
  }
}
