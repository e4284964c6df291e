import { DirectoryUnreachable } from '../../src/lib/directories/directory-errors.ts';
import type {
  LockWatcher,
  NodeDirectory,
  NodePlace,
  Tree,
  TreeNews,
  WatchedTree,
} from '../../src/lib/directories/node-directory.ts';
import type { CheckStatus } from '../../src/lib/directories/service-directory.ts';
import type { ObservedService, ServiceRegistration } from '../../src/lib/model/service-entry.ts';

/** The directory of a node in memory. With `isDown` every call fails. */
export class MemoryNodeDirectory implements NodeDirectory {
  readonly address = 'memory://directory';
  readonly keys = new Map<string, string>();
  readonly services = new Map<string, ObservedService>();
  readonly reports: string[] = [];
  isDown = false;
  isTokenKnown = true;
  datacenter = 'dc1';

  tree(wasReset = false): Tree {
    return { pairs: [...this.keys].map(([key, value]) => ({ key, value })), wasReset };
  }

  async read(): Promise<Tree> {
    this.#ask();
    return this.tree();
  }

  async *watch(_watched: WatchedTree, _signal: AbortSignal): AsyncGenerator<TreeNews> {
    yield { tree: await this.read() };
  }

  async place(): Promise<NodePlace> {
    this.#ask();
    return { address: '192.0.2.7', datacenter: this.datacenter };
  }

  async knowsToken(): Promise<boolean> {
    this.#ask();
    return this.isTokenKnown;
  }

  async report(checkId: string, status: CheckStatus, output: string): Promise<void> {
    this.reports.push(`${checkId} ${status} ${output}`);
  }

  async hold(_key: string, { onHeld }: LockWatcher): Promise<void> {
    onHeld();
  }

  async list(): Promise<readonly ObservedService[]> {
    this.#ask();
    return [...this.services.values()];
  }

  async register(registration: ServiceRegistration): Promise<void> {
    this.#ask();
    this.services.set(registration.id, registration);
  }

  async deregister(id: string): Promise<void> {
    this.#ask();
    this.services.delete(id);
  }

  async putKey(key: string, value: string): Promise<void> {
    this.#ask();
    this.keys.set(key, value);
  }

  #ask(): void {
    if (this.isDown) throw new DirectoryUnreachable('the directory is down', { code: 'CONSUL_UNREACHABLE' });
  }
}
