import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';

const pauseMs = 2;
const limitMs = 120_000;

/** Queries a DNS for names of its zone as fast as it answers; needs a route to its container. */
export class NameWatch {
  readonly #resolver = new Resolver({ timeout: 500, tries: 2 });

  constructor(server: string) {
    this.#resolver.setServers([server]);
  }

  /** Milliseconds until all instances resolve, or none does. */
  async until(keys: readonly string[], found: boolean, since: number): Promise<number> {
    const rest = [...keys];
    while (rest.length > 0) {
      const [key = ''] = rest;
      if ((await this.#isFound(key)) === found) rest.shift();
      else if (performance.now() - since > limitMs)
        throw new Error(`${key} is ${found ? 'not found' : 'still found'} after ${String(limitMs / 1000)} s`);
      else await setTimeout(pauseMs);
    }
    return performance.now() - since;
  }

  async #isFound(key: string): Promise<boolean> {
    return this.#resolver.resolve4(`${key}.local.zone`).then(
      (addresses) => addresses.length > 0,
      () => false,
    );
  }
}
