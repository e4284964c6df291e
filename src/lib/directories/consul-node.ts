import { isTokenKnown, readAgent } from './consul/agent.ts';
import { ConsulCatalog } from './consul/catalog.ts';
import type { ConsulHttp } from './consul/http.ts';
import { keepLock } from './consul/keep-lock.ts';
import { listKeys } from './consul/keys.ts';
import { watchPrefix } from './consul/watch-prefix.ts';
import type { LockWatcher, NodeDirectory, NodePlace, Tree, TreeNews, WatchedTree } from './node-directory.ts';

/** A lock whose holder died on another machine is free after one to two times the ttl, and the delay. */
const lockTimes = { ttlSeconds: 15, lockDelaySeconds: 5 };

/** Consul for one node: the agent's services, keys and a lock. */
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

  async *watch({ root, lock }: WatchedTree, signal: AbortSignal): AsyncGenerator<TreeNews> {
    const options = { prefix: root, lock, waitSeconds: this.#waitSeconds, signal };
    for await (const { keys, wasReset, failure } of watchPrefix(this.#http, options)) {
      if (failure !== undefined) yield { failure };
      else if (keys !== undefined) yield { tree: { pairs: keys, wasReset } };
    }
  }

  async place(): Promise<NodePlace> {
    const { address, datacenter } = await readAgent(this.#http);
    return { address, datacenter };
  }

  async knowsToken(): Promise<boolean> {
    return isTokenKnown(this.#http);
  }

  async hold(key: string, watcher: LockWatcher, signal: AbortSignal): Promise<void> {
    const { holder, isGone, onHeld, onOther, onUnknown } = watcher;
    await keepLock(this.#http, {
      key,
      holder,
      isGone,
      signal,
      ...lockTimes,
      onChange: (lock) => {
        if (lock.state === 'held') onHeld();
        if (lock.state === 'stand-by') onOther(lock.holder);
        if (lock.state === 'unknown') onUnknown(lock.failure);
      },
    });
  }
}
