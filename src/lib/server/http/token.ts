import { timingSafeEqual } from 'node:crypto';

const maxFailures = 10;
const windowMs = 60_000;
/** Addresses that are remembered. */
const maxAddresses = 10_000;
/** No token is longer. */
export const maxTokenBytes = 512;
const paddedBytes = maxTokenBytes + 4;

/** The token that requests have to bring, and the addresses that tried too many wrong ones. */
export class TokenCheck {
  readonly #token: Buffer | undefined;
  /** A buffer for each request would keep the garbage collector busy. */
  readonly #sent = Buffer.alloc(paddedBytes);
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();

  /** Undefined: none is needed. `now`: monotonic milliseconds. */
  constructor(token: string | undefined, now: () => number) {
    this.#token = token === undefined ? undefined : pad(token, Buffer.alloc(paddedBytes));
    this.#now = now;
  }

  get isNeeded(): boolean {
    return this.#token !== undefined;
  }

  /** Whether an address has failed so often that nothing of it is looked at. */
  isBlocked(address: string): boolean {
    const failures = this.#failures.get(address);
    if (failures === undefined) return false;
    const recent = failures.filter((time) => this.#now() - time < windowMs);
    if (recent.length === 0) this.#failures.delete(address);
    return recent.length >= maxFailures;
  }

  /** In constant time; counts a failure of the address. Undefined: none was sent. */
  allows(token: string | undefined, address: string): boolean {
    if (this.#token === undefined) return true;
    if (token !== undefined && timingSafeEqual(pad(token, this.#sent), this.#token)) return true;
    this.#failed(address);
    return false;
  }

  #failed(address: string): void {
    const times = [...(this.#failures.get(address) ?? []), this.#now()].slice(-maxFailures);
    this.#failures.delete(address);
    this.#failures.set(address, times);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > maxAddresses && oldest !== undefined) this.#failures.delete(oldest);
  }
}

/** Of equal length, whatever the token's is; a longer one keeps its length, which no token has. */
function pad(token: string, bytes: Buffer): Buffer {
  bytes.fill(0);
  bytes.write(token, 4);
  bytes.writeUInt32LE(Buffer.byteLength(token));
  return bytes;
}
