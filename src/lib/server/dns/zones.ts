import type { DnsNames } from '../../directories/dns-answers.ts';
import { messageOf } from '../../errors.ts';
import { listDns } from '../../use-cases/dns/dns-directory.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import { unlessLate } from '../engine-access.ts';

/** What a DNS on the engine of the server has; `error`: why it could not be asked. */
export type Zone = { readonly server: string } & (DnsNames | { readonly error: string });

/** How long an answer is given again. */
const freshMs = 2000;

/**
 * The zones of the dynamic DNS, of whatever project, that runs on the engine. A program in its container answers, which
 * may take longer than a request does; then later requests get that answer.
 */
export class Zones {
  readonly #open: () => Promise<Pick<OpenEngine, 'engine'>>;
  readonly #now: () => number;
  #reading: Promise<readonly Zone[]> | undefined;
  #readAt = 0;

  constructor(open: () => Promise<Pick<OpenEngine, 'engine'>>, now: () => number) {
    this.#open = open;
    this.#now = now;
  }

  /** Rejects when the engine is away, or the signal aborts first. */
  read(limit: AbortSignal): Promise<readonly Zone[]> {
    const isFresh = this.#now() < this.#readAt + freshMs;
    return unlessLate((isFresh ? this.#reading : undefined) ?? this.#begin(), limit);
  }

  #begin(): Promise<readonly Zone[]> {
    this.#readAt = Infinity;
    const reading = readZones(this.#open);
    this.#reading = reading;
    reading.then(
      () => (this.#readAt = this.#now()),
      () => (this.#reading = undefined),
    );
    return reading;
  }
}

async function readZones(open: () => Promise<Pick<OpenEngine, 'engine'>>): Promise<readonly Zone[]> {
  const { engine } = await open();
  const servers = await listDns(engine);
  return Promise.all(
    servers.map(async (dns) =>
      dns.names().then(
        (names) => ({ server: dns.name, ...names }),
        (error: unknown) => ({ server: dns.name, error: messageOf(error) }),
      ),
    ),
  );
}
