import { HttpError } from '../http/http-error.ts';
import type { ServiceStore } from '../store/service-store.ts';
import { isEnded, type Deployment } from './deployment.ts';

const maxWaits = 100;

/** Requests that are answered when their deployment has ended. */
export class DeployWaits {
  readonly #store: ServiceStore;
  readonly #checks = new Set<() => void>();

  constructor(store: ServiceStore) {
    this.#store = store;
    store.onChange(() => {
      for (const check of this.#checks) check();
    });
  }

  /** Throws with 503 when too many wait. */
  requireRoom(): void {
    if (this.#checks.size >= maxWaits) throw new HttpError(503, `${String(maxWaits)} requests wait for deployments`);
  }

  /** Resolves with the deployment as it ended. Rejects when it is gone, or the signal aborts. */
  async ended(id: string, signal: AbortSignal): Promise<Deployment> {
    let check = (): void => {};
    try {
      return await new Promise<Deployment>((resolve, reject) => {
        check = () => {
          const deployment = this.#store.deployment(id);
          if (signal.aborted) reject(new HttpError(503, 'the server ends; the deploy goes on at its next start'));
          else if (deployment === undefined) reject(new HttpError(500, 'the service was deleted'));
          else if (isEnded(deployment)) resolve(deployment);
        };
        this.#checks.add(check);
        signal.addEventListener('abort', check, { once: true });
        check();
      });
    } finally {
      this.#checks.delete(check);
      signal.removeEventListener('abort', check);
    }
  }
}
