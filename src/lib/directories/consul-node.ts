import { readAgent } from './consul/agent.ts';
import { ConsulCatalog } from './consul/catalog.ts';
import type { ConsulHttp } from './consul/http.ts';
import { keepLock } from './consul/keep-lock.ts';
import { listKeys } from './consul/keys.ts';
import { watchPrefix } from './consul/watch-prefix.ts';
import type { CheckStatus, LockWatcher, NodeDirectory, Tree, TreeNews } from './node-directory.ts';

/** After the death of a holder on another machine, its lock is free after one to two times of the first, and the second. */
const lockTimes = { ttlSeconds: 15, lockDelaySeconds: 5 };

/** Consul as a node sees it: one agent, its keys, its services and a lock. */
export class ConsulNode extends ConsulCatalog implements NodeDirectory {
  readonly address: string;
  readonly #http: ConsulHttp;
  readonly #waitSeconds: number;

  constructor(http: ConsulHttp, waitSeconds: number) {
    super(http);
    this.address = http.address;
    this.#http = http;
    this.#waitSeconds = waitSeconds;
  }

  async read(root: string, signal: AbortSignal): Promise<Tree> {
    return { pairs: (await listKeys(this.#http, root, undefined, signal)).keys, wasReset: false };
  }

  async *watch(root: string, signal: AbortSignal): AsyncGenerator<TreeNews> {
    for await (const { keys, wasReset, failure } of watchPrefix(this.#http, {
      prefix: root,
      waitSeconds: this.#waitSeconds,
      signal,
    })) {
      if (failure !== undefined) yield { failure };
      else if (keys !== undefined) yield { tree: { pairs: keys, wasReset } };
    }
  }

  async nodeAddress(): Promise<string> {
    return (await readAgent(this.#http)).address;
  }

  async report(checkId: string, status: CheckStatus, output: string): Promise<void> {
    await this.tellCheck(checkId, status, output);
  }

  async hold(
    key: string,
    { holder, isGone, onHeld, onOther, onUnknown }: LockWatcher,
    signal: AbortSignal,
  ): Promise<void> {
    await keepLock(this.#http, {
      key,
      holder,
      isGone,
      signal,
      ...lockTimes,
      // Who cannot be asked has not given it to somebody else, as far as anybody here knows.
      onChange: (news) => {
        if (news.state === 'held') onHeld();
        if (news.state === 'stand-by') onOther(news.holder);
        if (news.state === 'unknown') onUnknown(news.failure);
      },
    });
  }
}
