import { DirectoryDenied } from '../../directories/directory-errors.ts';
import type { NodeDirectory } from '../../directories/node-directory.ts';
import { OperationFailed } from '../../errors.ts';
import type { Clock } from '../clock.ts';

/** Long enough for whoever renews tokens to write the new one. */
const limitMs = 10 * 60_000;
const pollMs = 15_000;

/**
 * Ends an operator whose token Consul has not had for ten minutes: a new process may get another one from its
 * environment. A token that lacks a permission is no reason, since that can be granted.
 */
export class TokenWatch {
  readonly #directory: Pick<NodeDirectory, 'knowsToken'>;
  readonly #clock: Clock;
  #deniedAt: number | undefined;

  constructor(directory: Pick<NodeDirectory, 'knowsToken'>, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  answered(): void {
    this.#deniedAt = undefined;
  }

  /** What the directory answered instead of its keys. */
  failed(error: Error): void {
    if (error instanceof DirectoryDenied) this.#deniedAt ??= this.#clock.now();
    else this.#deniedAt = undefined;
  }

  /** Until the signal aborts; rejects when the operator should end. */
  async watch(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await this.#clock.sleep(pollMs, signal)) {
      if (this.#deniedAt === undefined || this.#clock.now() - this.#deniedAt < limitMs) continue;
      if (await this.#directory.knowsToken().catch(() => true)) continue;
      throw new OperationFailed('Consul has not known the token of this operator for 10 minutes', {
        code: 'CONSUL_TOKEN_UNKNOWN',
        suggestions: ['give it another token with --token-file, which it reads again when it changes'],
      });
    }
  }
}
