import { untilInterrupted } from '../../interrupt.ts';

export interface EtcdUser {
  readonly name: string;
  readonly password: string;
}

/** Undefined: etcd asks for no login. */
export type Token = string | undefined;

/** The login of a user: one token for all requests, renewed when etcd rejects it. */
export class Login {
  readonly #authenticate: () => Promise<Token>;
  #token: Promise<Token> | undefined;

  constructor(authenticate: () => Promise<Token>) {
    this.#authenticate = authenticate;
  }

  /** Concurrent requests share one login; the signal ends the wait of one. */
  async token(signal: AbortSignal | undefined): Promise<Token> {
    this.#token ??= this.#authenticate().catch((error: unknown) => {
      this.#token = undefined;
      throw error;
    });
    return signal === undefined ? this.#token : untilInterrupted(this.#token, signal);
  }

  /** Another token than one that was rejected. */
  async renew(rejected: Token, signal: AbortSignal | undefined): Promise<Token> {
    if ((await this.#token) === rejected) this.#token = undefined;
    return this.token(signal);
  }
}
